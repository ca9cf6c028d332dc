import type { Test } from "tap";
import type { TestBerth } from "./berth.ts";
import { until } from "./until.ts";

/** The end of every test file: once all tasks have stopped, no account is off and nothing of them is left on the engine. */
export const leavesNothing = (t: Test, berth: TestBerth): Promise<unknown> =>
  t.test("nothing is left of tasks that stopped, and every account is even", async (t) => {
    const { ecs, engine, api } = berth;
    await until(
      "containers, volumes and cgroups of stopped tasks to be removed",
      async () => ({
        containers: (await engine.containers()).map(({ Names, Status }) => `${Names[0]} ${Status}`),
        volumes: await engine.taskVolumes(),
        cgroups: await engine.taskCgroups(),
      }),
      (left) => Object.values(left).every(({ length }) => length === 0),
    );
    t.strictSame(await api("/ledger"), { differences: [] });
    const { clusterArns = [] } = await ecs.listClusters({});
    for (const cluster of clusterArns) {
      const { containerInstanceArns = [] } = await ecs.listContainerInstances({ cluster });
      if (containerInstanceArns.length === 0) continue;
      const asked = { cluster, containerInstances: containerInstanceArns };
      for (const host of (await ecs.describeContainerInstances(asked)).containerInstances ?? []) {
        t.equal(host.runningTasksCount, 0);
        t.strictSame(host.remainingResources, host.registeredResources);
      }
    }
  });
