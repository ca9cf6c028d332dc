import type { Task } from "@aws-sdk/client-ecs";
import type { Test } from "tap";
import { changeFeed } from "../../src/adapters/redis/change-feed.ts";
import { changeListeners } from "../../src/adapters/redis/change-listeners.ts";
import { openRedis } from "../../src/adapters/redis/connect.ts";
import { redisStore } from "../../src/adapters/redis/store.ts";
import { systemClock } from "../../src/kernel/clock.ts";
import type { TestBerth } from "./berth.ts";
import { TALLY, tallied, tallyOf } from "./tally.ts";
import { taskCounts } from "./task-counts.ts";
import { tasksOf } from "./tasks.ts";
import { until } from "./until.ts";

const DESIRED = 4;
const RUNS = 'trap "exit 0" TERM; while :; do sleep 60 & wait $!; done';
/** As tallies show a container: by the name that the engine gave its machine. */
const ITSELF = { environment: [], command: ["sh", "-c", `NAME=$(hostname); echo $NAME >> /tally/lines; ${RUNS}`] };

/** A service `web` of four that may roll within 50 and 150 percent. What becomes of its tasks is counted whoever serves, and whether or not anybody does. */
export const aRollingService = async (t: Test, berth: TestBerth) => {
  const { ecs } = berth;
  const { redis, close } = await openRedis({ socket: berth.redis.socket }, berth.installation);
  const listeners = await changeListeners(changeFeed(redisStore(redis, systemClock)), (error) =>
    t.error(error as Error),
  );
  t.teardown(async () => {
    await listeners.close();
    await close();
  });
  const { counts, countAnew } = taskCounts(listeners);
  const tasks = tasksOf(ecs);
  const define = () => tasks.define([tallied("", { ...ITSELF, stopTimeout: 2 })], TALLY);

  /** It runs that family and nothing else. */
  const steadyOn = (family: string) =>
    until(
      `the service to run ${family} and nothing else`,
      async () => (await ecs.describeServices({ services: ["web"] })).services?.[0],
      (service) =>
        service?.deployments?.length === 1 &&
        service.deployments[0]?.rolloutState === "COMPLETED" &&
        service.taskDefinition?.endsWith(`/${family}:1`) === true &&
        service.runningCount === DESIRED,
      { patienceMs: 180_000 },
    );
  const tasksWith = async (desiredStatus: "RUNNING" | "STOPPED"): Promise<Task[]> => {
    const { taskArns = [] } = await ecs.listTasks({ serviceName: "web", desiredStatus });
    return taskArns.length > 0 ? ((await ecs.describeTasks({ tasks: taskArns })).tasks ?? []) : [];
  };

  const first = await define();
  await ecs.createService({
    serviceName: "web",
    taskDefinition: first,
    desiredCount: DESIRED,
    deploymentConfiguration: { minimumHealthyPercent: 50, maximumPercent: 150 },
  });
  await steadyOn(first);
  countAnew();

  return {
    counts,
    steadyOn,
    /** Begins to roll to another revision, and answers its family. */
    async roll(): Promise<string> {
      const family = await define();
      await ecs.updateService({ service: "web", taskDefinition: family });
      return family;
    },
    /** The bounds held, and after so many rolls each task that was needed was started, once, and no other. */
    async wentWell(t: Test, rolls: number): Promise<void> {
      t.ok(counts.most <= 6, `never more than 6 were wanted: ${counts.most}`);
      t.ok(counts.least >= 2, `never fewer than 2 ran: ${counts.least}`);
      t.equal(counts.started, DESIRED * (rolls + 1), "as many tasks were started as were needed");
      const all = [...(await tasksWith("RUNNING")), ...(await tasksWith("STOPPED"))];
      t.equal(all.length, counts.started);
      t.strictSame(
        await tallyOf(berth),
        all.map(({ containers }) => containers?.[0]?.runtimeId?.slice(0, 12)).sort(),
        "each ran once",
      );
    },
    /** Takes it away, and waits until its tasks have stopped. */
    async remove(): Promise<void> {
      const left = await tasksWith("RUNNING");
      await ecs.deleteService({ service: "web", force: true });
      for (const task of left) await tasks.stopped(task);
    },
  };
};
