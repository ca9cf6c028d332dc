import t from "tap";
import type { ObservedContainer } from "../../src/fleet/model/container-plan.ts";
import { engineDifferences } from "../../src/fleet/model/engine-differences.ts";
import type { ContainerId, HostId } from "../../src/fleet/model/ids.ts";
import { LABEL } from "../../src/fleet/model/names.ts";
import type { ContainerStatus, Task } from "../../src/fleet/model/task.ts";
import { aTask } from "./next-steps-fixtures.ts";
import { aContainer } from "./scheduler-fixtures.ts";

const HOST = "h1" as HostId;

const onRecord = (status: ContainerStatus): Task => {
  const task = aTask([aContainer("main")]);
  return { ...task, observed: { ...task.observed, containers: [{ ...task.observed.containers[0]!, status }] } };
};

const onEngine = (state: ObservedContainer["state"], task = "t1"): ObservedContainer => ({
  id: `id-${task}` as ContainerId,
  name: `berth-x-${task}-1-main`,
  labels: { [LABEL.task]: task, [LABEL.container]: "main" },
  state,
  oomKilled: false,
  bindings: [],
  createdAt: 0,
});

t.test("an engine that shows what is on record differs in nothing", async (t) => {
  t.strictSame(engineDifferences(HOST, [onEngine("running")], [onRecord("RUNNING")]), []);
  t.strictSame(engineDifferences(HOST, [onEngine("exited")], [onRecord("STOPPED")]), []);
  t.strictSame(engineDifferences(HOST, [onEngine("created")], [onRecord("PULLED")]), []);
});

t.test("a container that runs and is not on record as running is told", async (t) => {
  t.strictSame(engineDifferences(HOST, [onEngine("running", "ghost")], []), [
    { account: HOST, entry: "container main of task ghost", found: "running", tasks: "no such task" },
  ]);
  t.match(engineDifferences(HOST, [onEngine("paused")], [onRecord("STOPPED")]), [
    { found: "running", tasks: "STOPPED" },
  ]);
});

t.test("a container that should run and does not is told", async (t) => {
  t.match(engineDifferences(HOST, [onEngine("exited")], [onRecord("RUNNING")]), [
    { found: "exited", tasks: "RUNNING" },
  ]);
  t.match(engineDifferences(HOST, [], [onRecord("RUNNING")]), [{ found: "nothing", tasks: "RUNNING" }]);
});
