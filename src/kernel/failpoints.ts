/**
 * Named places where a test makes Berth fail: at `launch.before-start` the process dies, a call throws, or it waits.
 * Armed from the configuration (`BERTH_FAILPOINTS=launch.before-start=crash*1,feed.read=error`), inert otherwise.
 */
export type FailpointAction = "crash" | "error" | "hang";

export interface Failpoint {
  readonly name: string;
  readonly action: FailpointAction;
  /** How many passes go by unharmed before it acts. */
  readonly after: number;
}

export interface Failpoints {
  /** Passes the named place. Throws, hangs or ends the process if a test armed it; else returns at once. */
  hit(name: string): Promise<void>;
}

/** `name=action` or `name=action*passes-before`, comma separated. Throws an Error that names what does not parse. */
export const parseFailpoints = (text: string): Failpoint[] =>
  text
    .split(",")
    .filter((item) => item.trim() !== "")
    .map((item) => {
      const parsed = /^([\w.-]+)=(crash|error|hang)(?:\*(\d+))?$/.exec(item.trim());
      if (!parsed) throw new Error(`failpoint "${item}" is not NAME=crash|error|hang[*PASSES]`);
      return { name: parsed[1]!, action: parsed[2] as FailpointAction, after: Number(parsed[3] ?? 0) };
    });

const NEVER = new Promise<never>(() => {});

/** Failpoints as armed; `exit` ends the process the way a crash does, without any clean-up. */
export const armFailpoints = (armed: readonly Failpoint[], exit: () => void): Failpoints => {
  const passes = new Map<string, number>();
  return {
    async hit(name) {
      const point = armed.find((one) => one.name === name);
      if (!point) return;
      const passed = passes.get(name) ?? 0;
      passes.set(name, passed + 1);
      if (passed < point.after) return;
      if (point.action === "error") throw new Error(`failpoint ${name}`);
      if (point.action === "crash") exit();
      await NEVER;
    },
  };
};

/** No failpoint armed. */
export const NO_FAILPOINTS: Failpoints = { hit: async () => {} };
