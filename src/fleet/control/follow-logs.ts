import type { ContainerId, TaskId } from "../model/ids.ts";
import { EngineError } from "../ports.ts";
import type { HostContext } from "./host-context.ts";

const RETRY_MS = 500;

/**
 * Copies a container's output to disk while it runs, in a segment of this lease's epoch, from where the last segment ended. Returns when the
 * container has ended and all is written, when it is gone, or when the lease is lost: the next owner goes on.
 */
export const followLogs = async (
  { deps, lease, engine }: HostContext,
  task: TaskId,
  container: string,
  id: ContainerId,
  terminal: boolean | undefined,
): Promise<void> => {
  while (!lease.signal.aborted) {
    const appender = await deps.logFiles.append(task, container, lease.epoch);
    try {
      const since = await deps.logFiles.lastLineAt(task, container);
      const known = { ...(since !== undefined && { since }), ...(terminal !== undefined && { terminal }) };
      for await (const lines of engine.logs(id, { ...known, follow: true, signal: lease.signal }))
        await appender.write(lines);
      return;
    } catch (error) {
      // The engine answers, but has no such container or output any more: what is written is all there is.
      if (error instanceof EngineError) return;
      deps.log.debug({ err: error, task, container }, "reading output was cut, reads on from there");
    } finally {
      await appender.close();
    }
    await deps.timers.wait(RETRY_MS, lease.signal);
  }
};
