import { join } from "node:path";
import type { Test } from "tap";
import { eventStore } from "../../src/adapters/files/event-store.ts";
import { logFiles } from "../../src/adapters/files/log-files.ts";
import { recordStore } from "../../src/adapters/redis/record-store.ts";
import { movableClock } from "../../src/adapters/simulated/clock.ts";
import type { Task, TaskId } from "../../src/fleet/index.ts";
import type { LogLine } from "../../src/fleet/model/container-plan.ts";
import type { ContainerId } from "../../src/fleet/model/ids.ts";
import { systemRandom } from "../../src/kernel/random.ts";
import { type LogGroupRecord, type LogStreamRecord, logsWing, outputStreams } from "../../src/logs/index.ts";
import { aRedis, aStore } from "./redis.ts";

export const NOON = Date.UTC(2026, 10, 24, 12);

/** CloudWatch Logs over the real stores and files, and containers whose output is told by `prints`. */
export const aLogsWorld = async (t: Test) => {
  const store = await aStore(t, await aRedis(t));
  const home = t.testdir({});
  const clock = movableClock(NOON);
  const onRecord = new Set<string>();
  const parts = {
    logGroups: recordStore<LogGroupRecord>(store, "log-group"),
    logStreams: recordStore<LogStreamRecord>(store, "log-stream"),
    clock,
    random: systemRandom,
    fleet: {
      tasks: async (ids: readonly TaskId[]) => ids.map((id) => (onRecord.has(id) ? ({ id } as Task) : undefined)),
    },
  };
  const output = logFiles(join(home, "logs"));
  const folders = { events: join(home, "events"), output: join(home, "logs") };
  let processes = 0;
  /** The wing as another process of the installation, or as it is after a restart. */
  const aProcess = () => {
    processes += 1;
    return logsWing({ ...parts, events: eventStore(folders, `process${processes}`) });
  };
  return {
    folders,
    clock,
    onRecord,
    wing: aProcess(),
    aProcess,
    outputs: outputStreams(parts),
    /** A container of a task that is on record starts, its output in that group. */
    starts: async (task: string, to: { group: string; createGroup?: boolean; streamPrefix?: string }) => {
      onRecord.add(task);
      await outputStreams(parts).open({
        cluster: "111122223333/us-east-1/default" as never,
        task: task as TaskId,
        container: "web",
        runtimeId: `id-of-${task}` as ContainerId,
        to: { region: "us-east-1", createGroup: false, ...to },
      });
    },
    async prints(task: string, lines: readonly (Partial<LogLine> & Pick<LogLine, "at" | "text">)[], epoch = 1) {
      const appender = await output.append(task as TaskId, "web", epoch);
      await appender.write(lines.map((line) => ({ stream: "stdout", partial: false, ...line })));
      await appender.close();
    },
  };
};
