import type * as ecs from "@aws-sdk/client-ecs";
import t, { type Test } from "tap";
import type { InputOf } from "../../src/kernel/operation.ts";
import { anEcsWorld, CALLER } from "../support/ecs-world.ts";

// What services on Fargate and on capacity providers are asked for, and answer.

type Create = Partial<InputOf<typeof ecs, "CreateService">>;
type Update = Partial<InputOf<typeof ecs, "UpdateService">>;

const NETWORK = { awsvpcConfiguration: { subnets: ["subnet-us-east-1a"] } };
const item = (capacityProvider: string, weight: number, base = 0) => ({ capacityProvider, weight, base });
const MIXED = [item("FARGATE", 1, 1), item("FARGATE_SPOT", 2)];

/** A cluster with the providers of Fargate and one over its host, a definition for Fargate and one for hosts. */
const aWorld = async (t: Test) => {
  const world = await anEcsWorld(t);
  await world.addHost("local-1", { attributes: { autoScalingGroup: "machines" } });
  await world.addHost("fargate", { fargate: true, cpuUnits: 1024, memoryMiB: 2048 });
  await world.call("RegisterTaskDefinition", {
    family: "web",
    networkMode: "awsvpc",
    requiresCompatibilities: ["FARGATE", "EC2"],
    cpu: "256",
    memory: "512",
    containerDefinitions: [{ name: "main", image: "berth/busybox" }],
  });
  await world.call("CreateCapacityProvider", {
    name: "machines",
    autoScalingGroupProvider: { autoScalingGroupArn: "machines" },
  });
  const put = (capacityProviders: string[], defaultCapacityProviderStrategy: ReturnType<typeof item>[] = []) =>
    world.call("PutClusterCapacityProviders", {
      cluster: "default",
      capacityProviders,
      defaultCapacityProviderStrategy,
    });
  await put(["FARGATE", "FARGATE_SPOT", "machines"]);
  let requests = 0;
  const asked = () => ({ ...CALLER, requestId: `request ${++requests}` });
  const create = async (changes: Create) => {
    const request = { serviceName: "web", taskDefinition: "web", desiredCount: 2, networkConfiguration: NETWORK };
    return (await world.call("CreateService", { ...request, ...changes }, asked())).service;
  };
  const update = async (changes: Update) =>
    (await world.call("UpdateService", { service: "web", ...changes }, asked())).service;
  return { ...world, put, create, update };
};

t.test("a service on Fargate shows its launch type, platform and network, its deployments too", async (t) => {
  const { create, call } = await aWorld(t);
  t.match(await create({ launchType: "FARGATE" }), {
    launchType: "FARGATE",
    capacityProviderStrategy: undefined,
    platformVersion: "LATEST",
    platformFamily: "Linux",
    networkConfiguration: NETWORK,
    deployments: [{ launchType: "FARGATE", platformVersion: "1.4.0", networkConfiguration: NETWORK }],
  });
  t.match(await call("ListServices", { launchType: "FARGATE" }), { serviceArns: [/service\/default\/web$/] });
  t.strictSame((await call("ListServices", { launchType: "EC2" })).serviceArns, []);
});

t.test("a service with a strategy shows it and no launch type, as do its deployment and revision", async (t) => {
  const { create, call } = await aWorld(t);
  const service = await create({ capacityProviderStrategy: MIXED });
  t.match(service, {
    launchType: undefined,
    capacityProviderStrategy: MIXED,
    platformVersion: "LATEST",
    deployments: [{ launchType: undefined, capacityProviderStrategy: MIXED }],
  });
  const arn = service?.currentServiceRevisions?.[0]?.arn ?? "";
  t.match((await call("DescribeServiceRevisions", { serviceRevisionArns: [arn] })).serviceRevisions, [
    { capacityProviderStrategy: MIXED, platformVersion: "1.4.0", networkConfiguration: NETWORK },
  ]);
  t.match(await create({ serviceName: "hosts", capacityProviderStrategy: [item("machines", 1)] }), {
    capacityProviderStrategy: [item("machines", 1)],
    platformVersion: undefined,
  });
});

t.test("without either a service has the cluster's default strategy as it was when it was made", async (t) => {
  const { create, put, update } = await aWorld(t);
  t.match(await create({ serviceName: "before" }), { launchType: "EC2", capacityProviderStrategy: undefined });
  await put(["FARGATE", "FARGATE_SPOT", "machines"], MIXED);
  t.match(await create({}), { capacityProviderStrategy: MIXED });
  await put(["FARGATE", "FARGATE_SPOT", "machines"], [item("machines", 1)]);
  t.match(await update({ desiredCount: 3 }), { capacityProviderStrategy: MIXED, deployments: { length: 1 } });
  t.match(await create({ serviceName: "ec2", launchType: "EC2" }), { launchType: "EC2" });
});

t.test("another strategy is a new deployment and must be forced to, the same one is none", async (t) => {
  const { create, update } = await aWorld(t);
  const forced = { forceNewDeployment: true };
  const refusal = { code: "InvalidParameterException", message: /you must force a new deployment\.$/ };
  const spot = [item("FARGATE_SPOT", 1)];
  await create({ launchType: "FARGATE" });
  await t.rejects(update({ capacityProviderStrategy: MIXED }), refusal);
  t.match(await update({ ...forced, capacityProviderStrategy: MIXED }), {
    launchType: undefined,
    capacityProviderStrategy: MIXED,
    deployments: [{ capacityProviderStrategy: MIXED }, { launchType: "FARGATE" }],
  });
  const [fargate, other] = MIXED;
  t.match(await update({ capacityProviderStrategy: [{ ...fargate! }, { ...other!, base: undefined }] }), {
    deployments: { length: 2 },
  });
  await t.rejects(update({ capacityProviderStrategy: spot }), refusal);
  await t.rejects(update({ capacityProviderStrategy: [] }), refusal);
  t.match(await update({ ...forced, capacityProviderStrategy: [] }), {
    launchType: "FARGATE",
    capacityProviderStrategy: undefined,
    deployments: { length: 3 },
  });
  t.match(await update({ ...forced, capacityProviderStrategy: [item("machines", 1)] }), {
    capacityProviderStrategy: [item("machines", 1)],
    platformVersion: undefined,
  });
  t.match(await update({ ...forced, capacityProviderStrategy: [] }), { launchType: "EC2" });
});

t.test("another platform version is a new deployment too", async (t) => {
  const { create, update } = await aWorld(t);
  await create({ launchType: "FARGATE" });
  t.match(await update({ platformVersion: "LATEST" }), { deployments: { length: 1 } });
  t.match(await update({ platformVersion: "1.4.0" }), { platformVersion: "1.4.0", deployments: { length: 2 } });
  t.match(await update({ desiredCount: 5 }), { platformVersion: "1.4.0", deployments: { length: 2 } });
});

t.test("what cannot be is refused in AWS's words", async (t) => {
  const { create, update, put, call } = await aWorld(t);
  const daemon = { schedulingStrategy: "DAEMON", desiredCount: undefined } as const;
  const refused: readonly [Create, RegExp][] = [
    [{ launchType: "FARGATE", capacityProviderStrategy: MIXED }, /^Specifying both a launch type and capacity/],
    [{ capacityProviderStrategy: [item("none", 1)] }, /not associated with the cluster/],
    [{ capacityProviderStrategy: [item("FARGATE", 1), item("machines", 1)] }, /mix of capacity providers/],
    [{ capacityProviderStrategy: [item("FARGATE", 0)] }, /must have a weight greater than 0/],
    [{ ...daemon, launchType: "FARGATE" }, /^The daemon scheduling strategy does not support the FARGATE launch type/],
    [{ ...daemon, capacityProviderStrategy: MIXED }, /not supported when you create a service using the DAEMON/],
    [{ launchType: "FARGATE", networkConfiguration: undefined }, /^Network Configuration must be provided/],
    [{ launchType: "FARGATE", placementStrategy: [{ type: "random" }] }, /strategies are not supported with FARGATE/],
    [
      { capacityProviderStrategy: MIXED, placementConstraints: [{ type: "distinctInstance" }] },
      /constraints are not supported with FARGATE/,
    ],
    [{ launchType: "FARGATE", platformVersion: "1.0.0" }, /^The specified platform does not exist/],
    [{ platformVersion: "1.4.0" }, /^The platform version must be null when specifying an EC2 launch type/],
  ];
  for (const [changes, message] of refused) await t.rejects(create(changes), { message }, String(message));
  await put(["FARGATE"], [item("FARGATE", 1)]);
  await t.rejects(create(daemon), { message: /using the DAEMON scheduling strategy/ }, "the default one counts");
  t.match(await create({ ...daemon, launchType: "EC2" }), { launchType: "EC2" });
  await t.rejects(
    update({ placementStrategy: [], capacityProviderStrategy: [item("FARGATE", 1)], forceNewDeployment: true }),
    {
      message: /using the DAEMON scheduling strategy/,
    },
  );
  await call("RegisterTaskDefinition", { family: "odd", containerDefinitions: [{ name: "a", image: "b", memory: 9 }] });
  await t.rejects(create({ serviceName: "odd", taskDefinition: "odd", networkConfiguration: undefined }), {
    message: "Task definition does not support launch_type FARGATE.",
  });
});

t.test("a provider that a service runs on is in use until the service runs on another", async (t) => {
  const { create, update, put, call, keep } = await aWorld(t);
  await create({ capacityProviderStrategy: [item("machines", 1)] });
  const inUse = { code: "ResourceInUseException", message: /not in use by any tasks or services/ };
  await t.rejects(put(["FARGATE", "FARGATE_SPOT"]), inUse);
  await t.rejects(call("DeleteCapacityProvider", { capacityProvider: "machines" }), { code: "ClientException" });
  await update({ forceNewDeployment: true, capacityProviderStrategy: [item("FARGATE", 1)] });
  await t.rejects(put(["FARGATE"]), inUse, "its old deployment is not over yet");
  await keep("web", (service) => ({
    ...service,
    deployments: service.deployments.map((one) => (one.status === "ACTIVE" ? { ...one, status: "INACTIVE" } : one)),
  }));
  await put(["FARGATE"]);
  await call("DeleteCapacityProvider", { capacityProvider: "machines" });
});

t.test(
  "a cluster counts its tasks and services on Fargate, and what waits for room there or on a provider",
  async (t) => {
    const { create, call, observe } = await aWorld(t);
    await create({ launchType: "FARGATE" });
    await create({ serviceName: "mixed", capacityProviderStrategy: MIXED });
    await create({ serviceName: "hosts", capacityProviderStrategy: [item("machines", 1)] });
    const run = async (changes: object) =>
      (await call("RunTask", { taskDefinition: "web", networkConfiguration: NETWORK, ...changes })).tasks ?? [];
    const [first] = await run({ launchType: "FARGATE", count: 5 });
    await run({ capacityProviderStrategy: [item("machines", 1)], count: 3 });
    await observe(first?.taskArn ?? "", { status: "RUNNING", startedAt: 1 });
    const { clusters: [cluster] = [] } = await call("DescribeClusters", { include: ["STATISTICS"] });
    t.match(cluster, { runningTasksCount: 1, pendingTasksCount: 7, activeServicesCount: 3 });
    t.strictSame(Object.fromEntries(cluster?.statistics?.map(({ name, value }) => [name, value]) ?? []), {
      runningEC2TasksCount: "0",
      runningFargateTasksCount: "1",
      pendingEC2TasksCount: "3",
      pendingFargateTasksCount: "4",
      activeEC2ServiceCount: "1",
      activeFargateServiceCount: "2",
      drainingEC2ServiceCount: "0",
      drainingFargateServiceCount: "0",
    });
  },
);
