import t from "tap";
import { reclaimSpot } from "../../src/ecs/index.ts";
import { anEcsWorld, type EcsWorld } from "../support/ecs-world.ts";

const NETWORK = { awsvpcConfiguration: { subnets: ["subnet-us-east-1a"], assignPublicIp: "ENABLED" as const } };

const register = (world: EcsWorld, more: object = {}) =>
  world.call("RegisterTaskDefinition", {
    family: "web",
    networkMode: "awsvpc",
    requiresCompatibilities: ["FARGATE"],
    cpu: ".25 vCPU",
    memory: "0.5 GB",
    containerDefinitions: [{ name: "main", image: "berth/busybox" }],
    ...more,
  });

const run = (world: EcsWorld, more: object = {}) =>
  world.call("RunTask", { taskDefinition: "web", launchType: "FARGATE", networkConfiguration: NETWORK, ...more });

/** A cluster with a host of its own, and Fargate with room for a vCPU. */
const aWorld = async (t: Parameters<typeof anEcsWorld>[0], definition: object = {}) => {
  const world = await anEcsWorld(t);
  await world.addHost("local-1");
  await world.addHost("fargate", { fargate: true, cpuUnits: 1024, memoryMiB: 2048 });
  await register(world, definition);
  return world;
};

t.test("a task on Fargate is shown with its platform and zone, and nothing of the machine it runs on", async (t) => {
  const world = await aWorld(t);
  const { tasks = [], failures } = await run(world);
  t.strictSame(failures, []);
  t.match(tasks, [
    {
      launchType: "FARGATE",
      lastStatus: "PENDING",
      cpu: "256",
      memory: "512",
      platformVersion: "1.4.0",
      platformFamily: "Linux",
      ephemeralStorage: { sizeInGiB: 20 },
      availabilityZone: "us-east-1a",
      capacityProviderName: undefined,
      attachments: [{ type: "ElasticNetworkInterface" }],
    },
  ]);
  t.notOk(tasks[0]?.containerInstanceArn);
  const { containerInstanceArns } = await world.call("ListContainerInstances", {});
  t.equal(containerInstanceArns?.length, 1, "only the cluster's own");
  t.strictSame(
    (await world.fleet.hosts()).map(({ id }) => id as string),
    ["local-1"],
  );
  t.match(await world.call("ListTasks", { launchType: "FARGATE" }), { taskArns: [tasks[0]?.taskArn] });
});

t.test("a task for which Fargate has no room waits PROVISIONING, and can be stopped there", async (t) => {
  const world = await aWorld(t, { cpu: "1024", memory: "2048" });
  await run(world);
  const { tasks = [], failures } = await run(world);
  t.strictSame(failures, []);
  t.match(tasks, [{ lastStatus: "PROVISIONING", desiredStatus: "RUNNING", attachments: [] }]);
  const { task } = await world.call("StopTask", { task: tasks[0]?.taskArn ?? "" });
  t.match(task, { lastStatus: "STOPPED", stopCode: "UserInitiated", containers: [{ lastStatus: "STOPPED" }] });
});

t.test("a task that Fargate could never hold is a failure in Fargate's words, with our numbers", async (t) => {
  const world = await aWorld(t, { cpu: "2048", memory: "4096" });
  t.match(await run(world), {
    tasks: [],
    failures: [{ reason: /^Capacity is unavailable at this time/, detail: /2048/ }],
  });
});

t.test("sizes that Fargate does not have are refused, those of overrides too", async (t) => {
  const world = await aWorld(t);
  await t.rejects(run(world, { overrides: { cpu: "512" } }), {
    code: "ClientException",
    message: /No Fargate configuration exists for given values: 512 CPU, 512 memory/,
  });
  t.match(await run(world, { overrides: { cpu: "512", memory: "1024" } }), { tasks: [{ cpu: "512", memory: "1024" }] });
});

t.test("what Fargate does not take is refused in AWS's words", async (t) => {
  const world = await aWorld(t);
  const refusals: [object, { code: string; message: RegExp }][] = [
    [
      { placementStrategy: [{ type: "random" }] },
      { code: "InvalidParameterException", message: /not supported with FARGATE/ },
    ],
    [
      { placementConstraints: [{ type: "distinctInstance" }] },
      { code: "InvalidParameterException", message: /not supported with FARGATE/ },
    ],
    [{ platformVersion: "1.2.0" }, { code: "PlatformUnknownException", message: /does not exist/ }],
    [
      { networkConfiguration: undefined },
      { code: "InvalidParameterException", message: /Network Configuration must be provided/ },
    ],
    [
      { overrides: { ephemeralStorage: { sizeInGiB: 201 } } },
      { code: "ClientException", message: /between 21 and 200/ },
    ],
    [{ launchType: "EC2" }, { code: "InvalidParameterException", message: /does not support launch_type EC2/ }],
  ];
  for (const [more, refusal] of refusals) await t.rejects(run(world, more), refusal);
  t.match(await run(world, { platformVersion: "LATEST", overrides: { ephemeralStorage: { sizeInGiB: 50 } } }), {
    tasks: [{ platformVersion: "1.4.0", ephemeralStorage: { sizeInGiB: 50 } }],
  });
});

t.test("a processor that no engine has is refused", async (t) => {
  const world = await aWorld(t, { runtimePlatform: { cpuArchitecture: "ARM64", operatingSystemFamily: "LINUX" } });
  await t.rejects(run(world), { code: "InvalidParameterException", message: /ARM64/ });
});

t.test("a strategy splits the tasks of a request over Fargate and Spot", async (t) => {
  const world = await aWorld(t);
  const strategy = [
    { capacityProvider: "FARGATE", base: 1, weight: 1 },
    { capacityProvider: "FARGATE_SPOT", weight: 2 },
  ];
  const asked = { launchType: undefined, capacityProviderStrategy: strategy, count: 4, clientToken: "token" };
  await t.rejects(run(world, asked), { message: /not associated with the cluster/ });
  await world.call("PutClusterCapacityProviders", {
    cluster: "default",
    capacityProviders: ["FARGATE", "FARGATE_SPOT"],
    defaultCapacityProviderStrategy: [],
  });
  const { tasks = [] } = await run(world, asked);
  t.strictSame(
    tasks.map(({ capacityProviderName }) => capacityProviderName),
    ["FARGATE", "FARGATE", "FARGATE_SPOT", "FARGATE_SPOT"],
  );
  const again = await run(world, asked);
  t.strictSame(
    again.tasks?.map(({ taskArn }) => taskArn),
    tasks.map(({ taskArn }) => taskArn),
    "the same token is the same tasks",
  );
  await t.rejects(
    world.call("PutClusterCapacityProviders", {
      cluster: "default",
      capacityProviders: ["FARGATE"],
      defaultCapacityProviderStrategy: [],
    }),
    { code: "ResourceInUseException" },
    "tasks run on it",
  );
});

t.test(
  "a capacity provider of a group runs tasks on the hosts that say they are of it, and lets them wait for room",
  async (t) => {
    const world = await anEcsWorld(t);
    await world.addHost("local-1");
    await world.addHost("local-2", { cpuUnits: 512, attributes: { autoScalingGroup: "machines" } });
    await world.call("RegisterTaskDefinition", {
      family: "web",
      containerDefinitions: [{ name: "main", image: "berth/busybox", cpu: 512, memory: 64 }],
    });
    await world.call("CreateCapacityProvider", {
      name: "own",
      autoScalingGroupProvider: { autoScalingGroupArn: "machines" },
    });
    await world.call("PutClusterCapacityProviders", {
      cluster: "default",
      capacityProviders: ["own"],
      defaultCapacityProviderStrategy: [{ capacityProvider: "own", weight: 1 }],
    });
    const { tasks = [] } = await world.call("RunTask", { taskDefinition: "web", count: 2 });
    t.match(tasks, [
      { lastStatus: "PENDING", launchType: "EC2", capacityProviderName: "own", containerInstanceArn: /6c6f63616c2d32/ },
      { lastStatus: "PROVISIONING", capacityProviderName: "own" },
    ]);
  },
);

t.test("tasks on Spot are taken back at the configured rate, and no others", async (t) => {
  const world = await aWorld(t);
  await world.call("PutClusterCapacityProviders", {
    cluster: "default",
    capacityProviders: ["FARGATE", "FARGATE_SPOT"],
    defaultCapacityProviderStrategy: [],
  });
  const onProvider = (capacityProvider: string) =>
    run(world, { launchType: undefined, capacityProviderStrategy: [{ capacityProvider, weight: 1 }] });
  const arns: string[] = [];
  for (const provider of ["FARGATE", "FARGATE_SPOT", "FARGATE_SPOT"]) {
    const taskArn = (await onProvider(provider)).tasks?.[0]?.taskArn ?? "";
    await world.observe(taskArn, { status: "RUNNING" });
    arns.push(taskArn);
  }
  const drawn = [0.0001, 0.5];
  const random = { next: () => drawn.shift() ?? 1, hex: () => "", uuid: () => "" };
  const deps = { clusters: world.clusters, fleet: world.fleet, random };
  await reclaimSpot({ ...deps, spot: { noticeSeconds: 120, interruptionsPerHour: 0 } }, 60_000);
  await reclaimSpot({ ...deps, spot: { noticeSeconds: 120, interruptionsPerHour: 1 } }, 60_000);
  const { tasks = [] } = await world.call("DescribeTasks", { tasks: arns });
  t.match(tasks, [
    { desiredStatus: "RUNNING" },
    { desiredStatus: "STOPPED", stopCode: "SpotInterruption", stoppedReason: "Your Spot Task was interrupted." },
    { desiredStatus: "RUNNING" },
  ]);
});
