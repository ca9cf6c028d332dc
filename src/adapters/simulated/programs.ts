import type { LogLine } from "../../fleet/model/container-plan.ts";
import { EngineError } from "../../fleet/ports.ts";
import type { Behaviour } from "./behaviour.ts";
import type { SimulatedTime } from "./clock.ts";
import type { SimulatedContainer } from "./container.ts";
import { bindPorts } from "./ports.ts";
import { lineStamps } from "./stamps.ts";

export interface ProgramsDeps {
  readonly time: SimulatedTime;
  readonly behaviourOf: (plan: SimulatedContainer["plan"]) => Behaviour | undefined;
  readonly containers: () => Iterable<SimulatedContainer>;
  readonly tell: (container: SimulatedContainer, action: string) => void;
}

/** How the programs of simulated containers start, speak and end. */
export interface Programs {
  start(container: SimulatedContainer): void;
  write(container: SimulatedContainer, stream: LogLine["stream"], text: string): void;
  end(container: SimulatedContainer, exitCode: number, outOfMemory?: boolean): void;
  /** TERM, the grace, KILL; resolves when it has ended. */
  stop(container: SimulatedContainer, graceSeconds: number): Promise<void>;
}

const KILLED = 137;

const alert = ({ watchers }: SimulatedContainer) => {
  for (const watcher of [...watchers]) watcher();
};

/** Resolves when the container is not running. */
const ended = (container: SimulatedContainer): Promise<void> =>
  new Promise((resolve) => {
    const look = () => {
      if (container.state === "running") return;
      container.watchers.delete(look);
      resolve();
    };
    container.watchers.add(look);
    look();
  });

export const programs = ({ time, behaviourOf, containers, tell }: ProgramsDeps): Programs => {
  const stamp = lineStamps(time);
  const write: Programs["write"] = (container, stream, text) => {
    container.lines.push({ stream, at: stamp(), text, partial: false });
    alert(container);
  };
  const end: Programs["end"] = (container, exitCode, outOfMemory = false) => {
    if (container.state !== "running") return;
    container.callOffEnd();
    Object.assign(container, { state: "exited", exitCode, finishedAt: time.now(), bindings: [] });
    container.oomKilled = outOfMemory;
    if (outOfMemory) tell(container, "oom");
    tell(container, "die");
    alert(container);
  };
  return {
    write,
    end,
    start(container) {
      const behaviour = behaviourOf(container.plan);
      if (!behaviour) {
        const words = [...(container.plan.entryPoint ?? []), ...(container.plan.command ?? [])];
        container.error = `exec: "${words[0]}": executable file not found in $PATH`;
        throw new EngineError(400, container.error);
      }
      container.bindings = bindPorts(container.plan, containers());
      container.behaviour = behaviour;
      container.state = "running";
      container.starts += 1;
      // Of an earlier run nothing is told any more.
      delete container.exitCode;
      delete container.finishedAt;
      delete container.health;
      container.oomKilled = false;
      container.startedAt = time.now();
      tell(container, "start");
      for (const line of behaviour.output ?? []) write(container, "stdout", line);
      const { runsForMs = Number.POSITIVE_INFINITY, exitCode = 0, outOfMemory = false } = behaviour;
      container.callOffEnd = time.after(runsForMs, () => end(container, exitCode, outOfMemory));
    },
    async stop(container, graceSeconds) {
      if (container.state !== "running") return;
      const { onTerm = "ignore" } = container.behaviour ?? {};
      if (onTerm !== "ignore") return end(container, onTerm.exitCode);
      const callOffKill = time.after(graceSeconds * 1_000, () => end(container, KILLED));
      await ended(container);
      callOffKill();
    },
  };
};
