import t from "tap";
import { placeWaiting } from "../../src/fleet/control/place-waiting.ts";
import { placeTasks } from "../../src/fleet/control/placement.ts";
import { placementOf } from "../../src/fleet/control/placement-of.ts";
import { FARGATE, NO_HOST } from "../../src/fleet/model/ids.ts";
import type { PlacementRequest } from "../../src/fleet/model/placement.ts";
import type { Task } from "../../src/fleet/model/task.ts";
import { NO_FAILPOINTS } from "../../src/kernel/failpoints.ts";
import { systemRandom } from "../../src/kernel/random.ts";
import { noOwnImages } from "../support/no-own-images.ts";
import { aRedis, aStore } from "../support/redis.ts";
import { aContainer, aRequest } from "../unit/scheduler-fixtures.ts";
import { aFleet, aHost, CLUSTER, seen } from "./redis-fixtures.ts";

const server = await aRedis(t);
const LINE = "FARGATE";

/** One host of Fargate with room for 1024 CPU units, and how tasks are asked for. */
const aCapacity = async (t: Parameters<typeof aStore>[0]) => {
  const store = await aStore(t, server);
  const stores = await aFleet(store, aHost("h1", { cluster: FARGATE }));
  const deps = {
    ...stores,
    clock: store.clock,
    random: systemRandom,
    failpoints: NO_FAILPOINTS,
    ownImages: noOwnImages,
    registry: "localhost:4510",
  };
  const ask = async (cpuUnits: number, members: Partial<PlacementRequest> = {}) => {
    const request = aRequest({ cluster: CLUSTER, capacity: FARGATE, line: LINE, terms: ["family:web"], ...members });
    const spec = { ...request.spec, reserve: { cpuUnits, memoryMiB: 64 }, containers: [aContainer("main")] };
    const answer = await placeTasks(deps, { ...request, spec });
    if (answer.type !== "answered") throw new Error("conflict");
    return answer;
  };
  const one = async (cpuUnits: number): Promise<Task["id"]> => (await ask(cpuUnits)).tasks[0]!.id;
  const now = async (id: Task["id"]): Promise<string> => {
    const [task] = await stores.tasks.get([id]);
    return task?.host ? `${task.observed.status} on ${task.host}` : `${task?.observed.status}`;
  };
  const end = (id: Task["id"]) => stores.tasks.observe(id, 1, seen("STOPPED"), store.clock.now());
  return { ...stores, deps, ask, one, now, end };
};

t.test("a task that finds no room waits PROVISIONING and has its host once there is room", async (t) => {
  const { deps, one, now, end, tasks, ledger } = await aCapacity(t);
  const [first, second] = [await one(1024), await one(512)];
  t.equal(await now(first), "PENDING on h1");
  t.equal(await now(second), "PROVISIONING");
  t.match(await tasks.get([second]), [{ host: NO_HOST, cluster: CLUSTER, desired: "RUNNING" }]);
  await placeWaiting(deps);
  t.equal(await now(second), "PROVISIONING", "there is none yet");
  await end(first);
  await placeWaiting(deps);
  t.equal(await now(second), "PENDING on h1");
  t.match(await tasks.get([second]), [{ version: 2, observed: { containers: [{ status: "PENDING", bindings: [] }] } }]);
  t.match(await ledger("h1"), { free: { cpuUnits: 512 }, pendingTasks: 1 });
  t.strictSame(await tasks.find(CLUSTER, ["family:web", "host:h1", "desired:RUNNING"]), [second]);
  t.match(await tasks.placement(second), { explanation: { chosen: "h1" }, waiting: undefined });
  t.equal((await tasks.waiting(9)).size, 0);
});

t.test("who came first is placed first, and a small task does not overtake a large one", async (t) => {
  const { deps, one, now, end } = await aCapacity(t);
  const [running, other] = [await one(512), await one(512)];
  const [large, small] = [await one(1024), await one(128)];
  await end(running);
  await placeWaiting(deps);
  t.equal(await now(large), "PROVISIONING");
  t.equal(await now(small), "PROVISIONING", "though it would fit");
  const late = await one(128);
  t.equal(await now(late), "PROVISIONING", "who comes now stands behind them");
  await end(other);
  await placeWaiting(deps);
  t.equal(await now(large), "PENDING on h1");
  t.equal(await now(small), "PROVISIONING");
  await end(large);
  await placeWaiting(deps);
  t.strictSame(await Promise.all([now(small), now(late)]), ["PENDING on h1", "PENDING on h1"]);
});

t.test("a task that waits says what it lacks, in numbers, and how many came before it", async (t) => {
  const { deps, one, end } = await aCapacity(t);
  const first = await one(1000);
  const [second, third] = [await one(512), await one(24)];
  t.match(await placementOf(deps, second), {
    explanation: {
      chosen: undefined,
      ahead: 0,
      hosts: [{ host: "h1", lacks: [{ reason: "RESOURCE:CPU", needed: 512, free: 24 }] }],
    },
  });
  t.match(await placementOf(deps, third), { explanation: { ahead: 1, hosts: [{ host: "h1", lacks: [] }] } });
  await end(first);
  await placeWaiting(deps);
  t.match(await placementOf(deps, second), { explanation: { chosen: "h1" } });
});

t.test("a task that no host could ever hold is refused: it would wait in vain", async (t) => {
  const { ask } = await aCapacity(t);
  const { tasks, refused } = await ask(2048);
  t.equal(tasks.length, 0);
  t.match(refused, [{ hosts: [{ lacks: [{ reason: "RESOURCE:CPU", never: true }] }] }]);
});

t.test("one that no host can hold any more keeps nobody waiting", async (t) => {
  const { deps, hosts, one, now, end } = await aCapacity(t);
  const first = await one(1024);
  const [large, small] = [await one(1024), await one(256)];
  await hosts.register(aHost("h1", { cluster: FARGATE, declared: { cpuUnits: 512, memoryMiB: 1024 } }), 9);
  await end(first);
  await placeWaiting(deps);
  t.equal(await now(large), "PROVISIONING");
  t.equal(await now(small), "PENDING on h1");
});

t.test("stopping a task that waits ends it at once, and it is never placed", async (t) => {
  const { deps, one, now, end, tasks } = await aCapacity(t);
  const [first, second] = [await one(1024), await one(512)];
  const stopped = await tasks.requestStop(second, { code: "UserInitiated", reason: "enough", at: 77 });
  t.match(stopped, {
    desired: "STOPPED",
    stop: { code: "UserInitiated", reason: "enough" },
    observed: { status: "STOPPED", stoppedAt: 77, containers: [{ name: "main", status: "STOPPED", bindings: [] }] },
  });
  t.strictSame(await tasks.find(CLUSTER, ["desired:STOPPED"]), [second]);
  await end(first);
  await placeWaiting(deps);
  t.equal(await now(second), "STOPPED");
  t.match(await tasks.forgetStoppedBefore(78, 10), [{ id: second }]);
  t.strictSame(await tasks.get([second]), [undefined]);
});

t.test("two control planes that place the same line at once place each task once", async (t) => {
  const { deps, ask, end, one, ledger } = await aCapacity(t);
  const first = await one(1024);
  await ask(128, { count: 8 });
  await end(first);
  await Promise.all([placeWaiting(deps), placeWaiting(deps), placeWaiting(deps)]);
  t.match(await ledger("h1"), { free: { cpuUnits: 0 }, pendingTasks: 8 });
});

t.test("a request that is asked again answers the tasks that it left waiting", async (t) => {
  const { ask, one } = await aCapacity(t);
  await one(1024);
  const cause = { key: "token", fingerprint: "same", keepSeconds: 60 };
  const first = await ask(128, { count: 2, cause });
  const again = await ask(128, { count: 2, cause });
  t.strictSame(
    again.tasks.map(({ id }) => id),
    first.tasks.map(({ id }) => id),
  );
});

t.test("the wing's own record of a task that waits survives its placement", async (t) => {
  const { deps, one, end, tasks } = await aCapacity(t);
  const [first, second] = [await one(1024), await one(512)];
  const [waiting] = await tasks.get([second]);
  t.ok(await tasks.setDetails(second, waiting!.version, { tags: { team: "blue" } }, 5));
  await end(first);
  await placeWaiting(deps);
  t.match(await tasks.get([second]), [{ host: "h1", details: { tags: { team: "blue" } } }]);
});
