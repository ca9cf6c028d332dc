import type { ObservedContainer } from "../model/container-plan.ts";
import type { ContainerId, TaskId } from "../model/ids.ts";
import { EngineError } from "../ports.ts";
import type { HostContext } from "./host-context.ts";
import type { MemoryKills } from "./memory-kills.ts";
import { retryAfterMs } from "./retry-after.ts";

/** Looks at the containers of a task, and again at one whose inspection the engine refuses: that is no reason to give up on the host. */
export interface ContainerLooks {
  /** Resolves after the first look, whether the engine told anything or not. Throws EngineUnreachableError. */
  look(container: string, id: ContainerId): Promise<void>;
  /** Names of containers that the engine does not tell about. */
  readonly untold: ReadonlySet<string>;
}

export interface LookDeps {
  readonly task: TaskId;
  see(container: string, found: ObservedContainer | undefined): Promise<void>;
  /** Something is told at last. */
  told(): void;
  /** Keeps what is under way. */
  track(doing: Promise<void>): void;
  readonly kills: MemoryKills;
}

export const containerLooks = ({ deps, engine, lease }: HostContext, { task, see, told, track, kills }: LookDeps) => {
  const untold = new Set<string>();
  const isTold = async (container: string, id: ContainerId): Promise<boolean> => {
    try {
      const found = await engine.inspect(id);
      untold.delete(container);
      if (kills.mayBeTold(found)) track(afterNews(container, found));
      else await see(container, found);
      return true;
    } catch (error) {
      if (!(error instanceof EngineError)) throw error;
      deps.log.warn({ err: error, task, container }, "the engine refuses to tell of a container, asks again");
      untold.add(container);
      return false;
    }
  };
  /** Beside what comes next, which may be the news. */
  const afterNews = async (container: string, found: ObservedContainer | undefined): Promise<void> => {
    await kills.news();
    if (lease.signal.aborted) return;
    await see(container, found).catch((error: unknown) =>
      deps.log.warn(
        { err: error, task, container },
        "could not take in how a container ended, looks again at the next sweep",
      ),
    );
  };
  const lookAgain = async (container: string, id: ContainerId): Promise<void> => {
    for (let before = 0; await deps.timers.wait(retryAfterMs(before), lease.signal); before += 1)
      // An engine out of reach ends the session by other ways.
      if (await isTold(container, id).catch(() => false)) return told();
  };
  return {
    untold,
    async look(container, id) {
      if (!(await isTold(container, id))) track(lookAgain(container, id));
    },
  } satisfies ContainerLooks;
};
