import fc from "fast-check";
import t from "tap";
import { findCycle, prerequisitesOf, startOrder } from "../../src/fleet/model/dependencies.ts";
import { parsePortRange, unfoldPortRange } from "../../src/fleet/model/port-range.ts";
import { portsAskedTwice, portWants, wantKeys } from "../../src/fleet/model/port-wants.ts";
import { reservationOf } from "../../src/fleet/model/reservation.ts";
import { TASK_MOVES, type TaskEvent, type TaskStatus } from "../../src/fleet/model/task.ts";
import { move, reachableStatuses, terminalStatuses } from "../../src/kernel/state-table.ts";
import { aContainer, ports } from "./scheduler-fixtures.ts";

t.test("a port range is two ports in order, or one", async (t) => {
  t.same(parsePortRange("8080-8083"), { first: 8080, last: 8083 });
  t.same(parsePortRange("80"), { first: 80, last: 80 });
  t.same(unfoldPortRange({ first: 8080, last: 8083 }), [8080, 8081, 8082, 8083]);
  for (const bad of ["", "0", "0-5", "90-80", "80-65536", "80-", "-80", "80 - 90", "80-90-100", "a", "1e3"]) {
    t.equal(parsePortRange(bad), undefined, `"${bad}"`);
  }
});

t.test(
  "a task asks for the host ports of all its containers, and in network mode host for the container's own",
  async (t) => {
    const containers = [
      aContainer("a", { ports: ports("tcp/80:8080", "udp/53") }),
      aContainer("b", { ports: ports("tcp/81:8080", "udp/54") }),
    ];
    const bridge = portWants({ networkMode: "bridge", containers });
    t.same(wantKeys(bridge), ["tcp/8080", "udp/0", "tcp/8080", "udp/0"]);
    t.same(portsAskedTwice(bridge), ["tcp/8080"], "free ports are never the same one");
    const host = portWants({ networkMode: "host", containers });
    t.same(wantKeys(host), ["tcp/80", "udp/53", "tcp/81", "udp/54"]);
    t.same(portsAskedTwice(host), []);
    t.ok(host.every(({ space }) => space === "engine"));
    t.same(portWants({ networkMode: "none", containers }), []);
  },
);

t.test("placement subtracts the task's own size, else its containers' sum, soft limits before hard ones", async (t) => {
  const containers = [
    { cpu: 100, memory: 512, memoryReservation: 128 },
    { memory: 64 },
    { cpu: 10, memoryReservation: 32 },
  ];
  t.same(reservationOf({ containers }), { cpuUnits: 110, memoryMiB: 224 });
  t.same(reservationOf({ taskCpu: 256, containers }), { cpuUnits: 256, memoryMiB: 224 });
  t.same(reservationOf({ taskMemory: 1024, containers }), { cpuUnits: 110, memoryMiB: 1024 });
  t.same(reservationOf({ containers: [{}] }), { cpuUnits: 0, memoryMiB: 0 });
});

const after = (name: string, ...needs: string[]) =>
  aContainer(name, { dependsOn: needs.map((container) => ({ container, condition: "START" as const })) });

t.test("containers start after those they depend on, link to or take volumes from", async (t) => {
  const containers = [
    aContainer("web", { links: ["app:backend"], dependsOn: [{ container: "init", condition: "SUCCESS" }] }),
    aContainer("app", { volumesFrom: [{ container: "data", readOnly: true }] }),
    aContainer("side"),
    aContainer("init"),
    aContainer("data"),
  ];
  t.same(prerequisitesOf(containers[0]!), ["init", "app"]);
  t.same(startOrder(containers), ["init", "data", "app", "web", "side"]);
});

t.test("a cycle is found and told along its names, through links and volumes too", async (t) => {
  t.equal(findCycle([after("a", "b"), after("b", "c"), after("c")]), undefined);
  t.same(findCycle([after("x", "a"), after("a", "b"), after("b", "a")]), ["a", "b", "a"]);
  t.same(findCycle([after("a", "a")]), ["a", "a"]);
  const mixed = [
    after("a", "b"),
    aContainer("b", { links: ["c"] }),
    aContainer("c", { volumesFrom: [{ container: "a", readOnly: false }] }),
  ];
  t.same(findCycle(mixed), ["a", "b", "c", "a"]);
  t.throws(() => startOrder(mixed), /a → b → c → a/);
});

t.test("any containers either have a cycle or an order that keeps every prerequisite first", async (t) => {
  const names = ["a", "b", "c", "d", "e"];
  let cycles = 0;
  const anyContainers = fc.tuple(...names.map((name) => fc.subarray(names).map((needs) => after(name, ...needs))));
  const sparse = fc.tuple(
    ...names.map((name) => fc.subarray(names, { maxLength: 1 }).map((needs) => after(name, ...needs))),
  );
  fc.assert(
    fc.property(fc.oneof(anyContainers, sparse), (containers) => {
      const cycle = findCycle(containers);
      if (cycle) {
        cycles++;
        const needs = (from: string) => prerequisitesOf(containers.find(({ name }) => name === from)!);
        return cycle[0] === cycle.at(-1) && cycle.slice(1).every((name, index) => needs(cycle[index]!).includes(name));
      }
      const order = startOrder(containers);
      return (
        order.length === names.length &&
        containers.every((one) =>
          prerequisitesOf(one).every((before) => order.indexOf(before) < order.indexOf(one.name)),
        )
      );
    }),
    { numRuns: 500 },
  );
  t.ok(cycles > 50 && cycles < 450, `both kinds were met: ${cycles} of 500 had a cycle`);
});

/** ECS's own order, one way only. */
const ORDER: readonly TaskStatus[] = [
  "PROVISIONING",
  "PENDING",
  "ACTIVATING",
  "RUNNING",
  "DEACTIVATING",
  "STOPPING",
  "DEPROVISIONING",
  "STOPPED",
];

t.test("a task's statuses are all reachable, run one way, and only STOPPED is final", async (t) => {
  t.same([...reachableStatuses(TASK_MOVES, "PROVISIONING")].sort(), [...ORDER].sort());
  t.same(Object.keys(TASK_MOVES).sort(), [...ORDER].sort());
  t.same(terminalStatuses(TASK_MOVES), ["STOPPED"]);
  for (const from of ORDER) {
    for (const [event, to] of Object.entries(TASK_MOVES[from])) {
      t.ok(ORDER.indexOf(to) > ORDER.indexOf(from), `${from} ${event} ${to} goes forward`);
    }
    if (from !== "STOPPED") t.equal(move(TASK_MOVES, from, "stopped"), "STOPPED", `${from} can end at once`);
  }
});

t.test("a plain task on a host is seen PENDING, RUNNING, STOPPING and STOPPED only", async (t) => {
  const plain: readonly TaskEvent[] = ["started", "stopping", "stopped"];
  const seen = new Set<TaskStatus>(["PENDING"]);
  for (const status of seen) {
    for (const event of plain) {
      const to = move(TASK_MOVES, status, event);
      if (to) seen.add(to);
    }
  }
  t.same([...seen].sort(), ["PENDING", "RUNNING", "STOPPED", "STOPPING"]);
});
