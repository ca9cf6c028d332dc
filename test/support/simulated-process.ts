import type { ChangeListeners, FeedItem } from "../../src/kernel/change-feed.ts";
import type { Timers } from "../../src/kernel/timers.ts";

/** A control plane's process as the machine sees it: it can be paused at any moment, and killed, and then does nothing more. */
export interface SimulatedProcess {
  pause(): void;
  resume(): void;
  /** As `kill -9`: whatever it waits for never comes back to it. */
  kill(): void;
  isKilled(): boolean;
  isStanding(): boolean;
  /** Waits until it goes on. */
  turn(): Promise<void>;
  /** A port as this process uses it: nothing goes out and no answer comes in while it stands still. */
  port<Port extends object>(port: Port): Port;
  timers(timers: Timers): Timers;
  listeners(listeners: ChangeListeners): ChangeListeners;
}

type Call = (...args: unknown[]) => unknown;

const isPromise = (value: unknown): value is Promise<unknown> => value instanceof Promise;
const isStream = (value: unknown): value is AsyncIterable<unknown> =>
  typeof value === "object" && value !== null && Symbol.asyncIterator in value;

export const simulatedProcess = (): SimulatedProcess => {
  let standing: Promise<void> | undefined;
  let goOn = (): void => {};
  let killed = false;

  const turn = async (): Promise<void> => {
    while (standing) await standing;
  };
  const awaited = async (answer: Promise<unknown>): Promise<unknown> => {
    try {
      return await answer;
    } finally {
      await turn();
    }
  };
  async function* told(stream: AsyncIterable<unknown>): AsyncGenerator<unknown> {
    for await (const item of stream) {
      await turn();
      yield item;
    }
    await turn();
  }
  /** What a call gave back: an answer, a stream, or an object of both, as `watch` gives. */
  const through = (result: unknown): unknown => {
    if (isPromise(result)) return awaited(result);
    if (isStream(result)) return told(result);
    if (typeof result !== "object" || result === null) return result;
    return Object.fromEntries(Object.entries(result).map(([name, value]) => [name, through(value)]));
  };

  const process: SimulatedProcess = {
    pause() {
      standing ??= new Promise((resolve) => {
        goOn = resolve;
      });
    },
    resume() {
      if (killed) return;
      standing = undefined;
      goOn();
    },
    kill() {
      process.pause();
      killed = true;
    },
    isKilled: () => killed,
    isStanding: () => standing !== undefined,
    turn,
    port: (port) =>
      new Proxy(port, {
        get(target, name) {
          const member: unknown = Reflect.get(target, name);
          if (typeof member !== "function") return member;
          const call = member as Call;
          return (...args: unknown[]) => (standing ? turn().then(() => call(...args)) : through(call(...args)));
        },
      }),
    timers: (timers) => ({
      async wait(milliseconds, signal) {
        const undisturbed = await timers.wait(milliseconds, signal);
        await turn();
        return undisturbed;
      },
    }),
    listeners: (listeners) => ({
      listen(listener) {
        const tell = (item: FeedItem): void => {
          if (standing) void turn().then(() => listener(item));
          else listener(item);
        };
        return listeners.listen(tell);
      },
    }),
  };
  return process;
};
