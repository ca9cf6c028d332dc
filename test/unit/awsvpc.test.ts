import t from "tap";
import { movableClock } from "../../src/adapters/simulated/clock.ts";
import { type SimulatedEngine, simulatedEngine } from "../../src/adapters/simulated/engine.ts";
import { notesOnNetwork, readNetworkConfiguration } from "../../src/ecs/model/network-configuration.ts";
import { failureWords } from "../../src/fleet/control/failure-words.ts";
import { clusterNetworks, type NetworkChoice } from "../../src/fleet/control/networks.ts";
import { failuresOf } from "../../src/fleet/model/failures.ts";
import type { HostView } from "../../src/fleet/model/host.ts";
import { clusterId, type EngineId, FARGATE } from "../../src/fleet/model/ids.ts";
import { PAUSE, withPause } from "../../src/fleet/model/pause.ts";
import { place } from "../../src/fleet/model/place.ts";
import { planContainer } from "../../src/fleet/model/plan-container.ts";
import { engineRange, freeTaskAddress, macAddressOf, taskAddresses } from "../../src/fleet/model/subnet.ts";
import { networkOf } from "../../src/fleet/model/task-network.ts";
import type { ContainerSpec } from "../../src/fleet/model/task-spec.ts";
import { EngineError } from "../../src/fleet/ports.ts";
import { aPlan } from "../support/engine-plan.ts";
import { aLife, aTask } from "./next-steps-fixtures.ts";
import { type Asked, aContainer, aHost, aRequest, aView, CLUSTER, seeded } from "./scheduler-fixtures.ts";

// Tasks in network mode awsvpc: an address of their own, and one network namespace for all their containers.

const SUBNET = "10.42.7.0/24";
const ENGINE = "e1" as EngineId;
const host = (id: string, zone: string, more: object = {}) =>
  aHost(id, { engineId: ENGINE, network: SUBNET, attributes: { "ecs.availability-zone": zone }, ...more });
const asked = (more: Asked = {}) => aRequest({ networkMode: "awsvpc", ...more });
/** A task with these containers as it is placed. */
const placed = (...containers: ContainerSpec[]) => {
  const spec = withPause({ ...asked().spec, containers });
  return {
    ...aTask(spec.containers, { networkMode: "awsvpc" }),
    network: { address: "10.42.7.130", subnet: SUBNET, zone: "a" },
  };
};

t.test(
  "of a cluster's network the engine gives out the lower half, and tasks hold addresses of the upper",
  async (t) => {
    t.equal(engineRange(SUBNET), "10.42.7.0/25");
    t.equal(taskAddresses(SUBNET), 127);
    const held: Record<string, string> = {};
    for (let n = 0; n < 127; n += 1) held[freeTaskAddress(SUBNET, held, seeded(n))] = "t";
    const last = Object.keys(held).map((address) => Number(/^10\.42\.7\.(\d+)$/.exec(address)?.[1]));
    t.strictSame(
      [Math.min(...last), Math.max(...last), new Set(last).size],
      [128, 254, 127],
      "never the broadcast one",
    );
    t.throws(() => freeTaskAddress(SUBNET, held, seeded(1)), RangeError);
    t.equal(engineRange("10.60.0.64/26"), "10.60.0.64/27");
    t.equal(
      freeTaskAddress("10.60.0.64/26", {}, () => 0),
      "10.60.0.96",
    );
    t.equal(macAddressOf("10.42.7.130"), "02:42:0a:2a:07:82");
  },
);

t.test("a cluster's network on an engine", async (t) => {
  const cluster = clusterId({ account: "000000000000", region: "us-east-1" }, "default");
  const name = "berth-x-000000000000-us-east-1-default";
  const anEngine = () => simulatedEngine({ time: movableClock(), images: ["app:1"] });
  const ensure = (engine: SimulatedEngine, choice: Partial<NetworkChoice> = {}) =>
    clusterNetworks(engine, "x", { network: "10.42.0.0/16", ...choice }).ensure({ owner: cluster });

  t.test("is a /24, the same one again after it was removed", async (t) => {
    const engine = anEngine();
    t.match(await ensure(engine), /^10\.42\.\d+\.0\/24$/);
    await engine.removeNetwork(name);
    t.equal(await ensure(engine, { known: SUBNET }), SUBNET, "tasks may hold addresses in it");
    t.equal(await ensure(engine), SUBNET, "whoever comes next is told which it is");
  });

  t.test("is the routed one that its hosts declare, and made anew when they declare another", async (t) => {
    const engine = anEngine();
    t.equal(await ensure(engine, { subnet: "10.60.1.0/24" }), "10.60.1.0/24");
    t.equal(await ensure(engine, { subnet: "10.60.2.0/24", known: "10.60.1.0/24" }), "10.60.2.0/24");
    t.match(await ensure(engine, { known: "10.60.2.0/24" }), /^10\.42\./);
    t.match(await engine.ensureNetwork({ name, labels: {} }), { routed: false });
  });

  t.test("is lent to Fargate's tasks as the cluster's hosts have it", async (t) => {
    const engine = anEngine();
    const routed = { subnet: "10.60.1.0/24", routed: true };
    const ofFargate = clusterNetworks(engine, "x", { network: "10.42.0.0/16", known: SUBNET });
    t.equal(await ofFargate.ensure({ owner: cluster, lent: routed }), "10.60.1.0/24", "should it have been removed");
    t.equal(await ensure(engine, { subnet: "10.60.1.0/24" }), "10.60.1.0/24");
    t.equal(await ofFargate.ensure({ owner: FARGATE }), SUBNET, "beside their own");
  });

  t.test("gives tasks no addresses while another kind of network is there and in use", async (t) => {
    const engine = anEngine();
    await engine.ensureNetwork({ name, labels: {} });
    const id = await engine.create(aPlan({ name: "old", image: "app:1", network: name, command: ["serve"] }));
    await engine.start(id);
    t.equal(await ensure(engine), undefined);
    await engine.stop(id, 0);
    t.match(await ensure(engine), /^10\.42\./);
  });
});

t.test("a task is placed with an address that no task on that engine holds, whichever slice it is on", async (t) => {
  const hosts = [host("a", "z1"), host("b", "z1")];
  const taken = Object.fromEntries(Array.from({ length: 125 }, (_, n) => [`10.42.7.${128 + n}`, "t-0"]));
  const view = aView(hosts, { engineAddresses: { [ENGINE]: taken } });
  const plan = place(asked({ count: 3 }), view, seeded(3));
  t.strictSame(plan.placed.map(({ network }) => network?.address).sort(), ["10.42.7.253", "10.42.7.254"]);
  t.match(plan.placed, [{ network: { subnet: SUBNET, zone: "z1" }, ports: [] }, {}], "no port of the host is held");
  t.match(failuresOf(plan.refused[0]!), [
    { reason: "RESOURCE:ENI", detail: /needs an address of 10\.42\.7\.0\/24, all 127 for tasks are held/ },
    { reason: "RESOURCE:ENI" },
  ]);
});

t.test("an engine without a network of the cluster takes no task that wants an address, and any other", async (t) => {
  const view = aView([aHost("a")]);
  t.match(failuresOf(place(asked(), view, seeded(1)).refused[0]!), [{ reason: "RESOURCE:ENI", detail: /no network/ }]);
  t.match(place(aRequest(), view, seeded(1)).placed, [{ host: "a", network: undefined }]);
});

t.test(
  "a task on Fargate has its address in its cluster's network where the cluster has a host on that engine",
  async (t) => {
    const fargate = aHost("fargate", { cluster: FARGATE, engineId: ENGINE, network: "10.42.9.0/24" });
    const held = { [ENGINE]: { "10.42.7.130": "a task on EC2" } };
    const on = (...neighbours: HostView[]) =>
      place(asked({ capacity: FARGATE }), aView([fargate], { neighbours, engineAddresses: held }), () => 2 / 127)
        .placed[0]?.network;
    const lent = on(host("a", "z1"));
    t.match(lent, { address: "10.42.7.131", subnet: SUBNET }, "none that a task of the cluster's hosts has");
    const task = { ...aTask([aContainer("web")], { networkMode: "awsvpc" }), capacity: FARGATE };
    t.strictSame(networkOf({ ...task, network: lent! }), { owner: CLUSTER, lent: { subnet: SUBNET, routed: false } });
    t.match(networkOf({ ...task, network: on(host("a", "z1", { subnet: SUBNET }))! }), { lent: { routed: true } });

    const own = on(
      host("b", "z1", { cluster: clusterId({ account: "1", region: "r" }, "another") }),
      host("c", "z1", { engineId: "another" as EngineId }),
      host("d", "z1", { network: undefined }),
    );
    t.match(own, { address: "10.42.9.130", subnet: "10.42.9.0/24" });
    t.strictSame(networkOf({ ...task, network: own! }), { owner: FARGATE });
  },
);

t.test("the subnets given choose the zone", async (t) => {
  const view = aView([host("a", "z1"), host("b", "z2"), host("c", "z3")]);
  const { placed: chosen } = place(asked({ count: 4, zones: ["z1", "z3"] }), view, seeded(1));
  t.strictSame([...new Set(chosen.map(({ network }) => network?.zone))].sort(), ["z1", "z3"]);
  const { refused } = place(asked({ zones: ["z4"] }), view, seeded(1));
  t.match(failuresOf(refused[0]!)[0], { reason: "ATTRIBUTE", detail: /zone z1, and the subnets given are in z4/ });
});

t.test("a network configuration", async (t) => {
  const read = (
    awsvpcConfiguration: object | undefined,
    networkMode: string | undefined = "awsvpc",
    zones = ["z1", "z2"],
  ) =>
    readNetworkConfiguration(awsvpcConfiguration && { awsvpcConfiguration: awsvpcConfiguration as never }, {
      networkMode,
      launchType: "EC2",
      zones,
    });
  const refused = (message: string, ...args: Parameters<typeof read>) =>
    t.throws(() => read(...args), { code: "InvalidParameterException", message });

  t.strictSame(read({ subnets: ["subnet-z2", "subnet-z2"], securityGroups: ["sg-1"] }), {
    subnets: ["subnet-z2"],
    securityGroups: ["sg-1"],
    assignPublicIp: "DISABLED",
  });
  refused("Network Configuration must be provided when networkMode 'awsvpc' is specified.", undefined);
  refused(
    "Network Configuration is not valid for the given networkMode of this task definition.",
    { subnets: ["subnet-z1"] },
    "bridge",
  );
  t.equal(read(undefined, "bridge"), undefined);
  refused(
    "Error retrieving subnet information for [subnet-z1, subnet-x]: The subnet ID 'subnet-x' does not exist (ErrorCode: InvalidSubnetID.NotFound)",
    { subnets: ["subnet-z1", "subnet-x"] },
  );
  refused("subnets can not be empty.", { subnets: [] });
  refused("subnets can have at most 16 items.", { subnets: Array.from({ length: 17 }, (_, n) => `subnet-${n}`) });
  refused("securityGroups can have at most 5 items.", {
    subnets: ["subnet-z1"],
    securityGroups: ["1", "2", "3", "4", "5", "6"],
  });
  refused("Assign public IP is not supported for this launch type.", {
    subnets: ["subnet-z1"],
    assignPublicIp: "ENABLED",
  });
  const open = { subnets: ["subnet-z1"], securityGroups: ["sg-1", "sg-2"], assignPublicIp: "DISABLED" } as const;
  t.strictSame(notesOnNetwork(open), ["Security groups are not enforced: sg-1, sg-2."]);
  t.strictSame(notesOnNetwork({ ...open, securityGroups: [] }), []);
  t.match(read({ subnets: ["subnet-later"] }, "awsvpc", []), {}, "of a cluster without hosts any zone may come to be");
});

t.test(
  "one container holds the namespace itself; several, or one that may be started again, join a pause",
  async (t) => {
    const names = (...containers: ContainerSpec[]) => placed(...containers).spec.containers.map(({ name }) => name);
    t.strictSame(names(aContainer("web")), ["web"]);
    t.strictSame(names(aContainer("web"), aContainer("side")), [PAUSE, "web", "side"]);
    const again = { restartPolicy: { ignoredExitCodes: [], attemptPeriodSeconds: 60 } };
    t.strictSame(names(aContainer("web", again)), [PAUSE, "web"]);
    const bridge = { ...aRequest().spec, containers: [aContainer("web"), aContainer("side")] };
    t.equal(withPause(bridge), bridge, "in other modes each has its own");
  },
);

t.test("the namespace has the address and the name servers, and the others join it", async (t) => {
  const policy = {
    installation: "x",
    secret: "a secret",
    pidsLimit: 1,
    dropCapabilities: [],
    logRotation: { maxSizeMiB: 1, maxFiles: 1 },
  };
  const plansOf = (...containers: ContainerSpec[]) => {
    const task = placed(...containers);
    return task.spec.containers.map((spec) => planContainer(task, spec, host("a", "z1"), policy, "image", undefined));
  };
  const network = "berth-x-000000000000-us-east-1-default";
  t.match(plansOf(aContainer("web")), [{ network, address: "10.42.7.130", publish: [] }]);
  t.match(plansOf(aContainer("web", { dnsServers: ["10.0.0.2"] }), aContainer("side")), [
    { name: "berth-x-t1-1-.internal.ecs.pause", network, address: "10.42.7.130", dnsServers: ["10.0.0.2"] },
    { network: "container:berth-x-t1-1-.internal.ecs.pause", address: undefined, dnsServers: [], publish: [] },
    { network: "container:berth-x-t1-1-.internal.ecs.pause", address: undefined },
  ]);
});

t.test("the pause container starts first and stops last", async (t) => {
  const life = aLife(placed(aContainer("web"), aContainer("side")));
  life.goOn();
  t.equal(life.task.observed.status, "RUNNING");
  for (const other of ["web", "side"]) {
    t.ok(life.done.indexOf(`create ${PAUSE}`) < life.done.indexOf(`create ${other}`));
    t.ok(life.done.indexOf(`start ${PAUSE}`) < life.done.indexOf(`start ${other}`));
  }
  life.exit("web", 0);
  life.goOn();
  t.equal(life.done.at(-1), `stop ${PAUSE}`);
  t.match(life.task, { stop: { reason: "Essential container in task exited" }, observed: { status: "STOPPED" } });
});

t.test("a task ends with its pause container, and does not start without it", async (t) => {
  const killed = aLife(placed(aContainer("web"), aContainer("side")));
  killed.goOn();
  killed.exit(PAUSE, 137);
  killed.goOn();
  t.strictSame([killed.task.observed.status, killed.running()], ["STOPPED", []]);
  t.equal(killed.task.stop?.code, "EssentialContainerExited");

  const refusal = failureWords({ verb: "pull", container: PAUSE }, new EngineError(404, "no such image"), 0);
  t.match(refusal, /^ResourceInitializationError: .*: CannotPullContainerError: no such image$/);
  t.equal(
    failureWords({ verb: "start", container: "web" }, new EngineError(500, "no"), 0),
    "CannotStartContainerError: no",
  );
  const failed = aLife(placed(aContainer("web"), aContainer("side")));
  failed.refusals.set(`pull ${PAUSE}`, refusal!);
  failed.goOn();
  t.match(failed.task.stop, { code: "TaskFailedToStart", reason: refusal });
  t.notOk(failed.starts.size, "nothing was started");
});

t.test("an address that an old attempt still has is waited for, not for ever", async (t) => {
  const start = { verb: "start", container: "web" } as const;
  const taken = new EngineError(403, "Address already in use");
  t.equal(failureWords(start, taken, 0), undefined, "tried again");
  t.equal(failureWords(start, taken, 8), "CannotStartContainerError: Address already in use");
  // Docker says so of a port too, where another program of the machine listens on it.
  const port = new EngineError(500, "listen tcp4 127.0.1.1:80: bind: address already in use");
  t.match(failureWords(start, port, 0), /^CannotStartContainerError/);
});
