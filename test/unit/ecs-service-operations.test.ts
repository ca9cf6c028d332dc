import type * as ecs from "@aws-sdk/client-ecs";
import t from "tap";
import { toEventBridge } from "../../src/app/state-events.ts";
import type { InputOf } from "../../src/kernel/operation.ts";
import { anEcsWorld, CALLER, type EcsWorld } from "../support/ecs-world.ts";
import { aServiceTask } from "../support/service-task.ts";

const register = (world: EcsWorld, family: string) =>
  world.call("RegisterTaskDefinition", {
    family,
    containerDefinitions: [{ name: "web", image: "nginx", memory: 100 }],
  });

const create = (world: EcsWorld, changes: Partial<InputOf<typeof ecs, "CreateService">> = {}) =>
  world.call("CreateService", { serviceName: "web", taskDefinition: "web", desiredCount: 2, ...changes });

/** Requests have ids of their own: what they make is told apart by them. */
const updateAs = (world: EcsWorld, requestId: string, changes: Partial<InputOf<typeof ecs, "UpdateService">>) =>
  world.call("UpdateService", { service: "web", ...changes }, { ...CALLER, requestId });

const ARN = "arn:aws:ecs:us-east-1:000000000000";

t.test("a service", async (t) => {
  const world = await anEcsWorld(t);
  await register(world, "web");
  await register(world, "web");

  t.test("is created with ECS's defaults and a deployment under way", async (t) => {
    const { service } = await create(world, { tags: [{ key: "team", value: "a" }] });
    t.match(service, {
      serviceArn: `${ARN}:service/default/web`,
      status: "ACTIVE",
      desiredCount: 2,
      runningCount: 0,
      pendingCount: 0,
      launchType: "EC2",
      schedulingStrategy: "REPLICA",
      taskDefinition: `${ARN}:task-definition/web:2`,
      deploymentConfiguration: { minimumHealthyPercent: 100, maximumPercent: 200 },
      deployments: [{ id: /^ecs-svc\/\d{19}$/, status: "PRIMARY", desiredCount: 2, rolloutState: "IN_PROGRESS" }],
      tags: [{ key: "team", value: "a" }],
    });
    t.same((await world.call("ListServices", {})).serviceArns, [`${ARN}:service/default/web`]);
  });

  t.test("has its new deployment told to EventBridge by the change that made it", async (t) => {
    const unused = (): never => t.fail("a service was taken for something else") as never;
    const toEvents = toEventBridge({
      fleet: { tasks: unused, hosts: unused },
      jobEvent: unused,
      serviceEvents: world.wing.serviceEvents,
    });
    const subject = "000000000000/us-east-1/default/web";
    const change = { id: "1-0", kind: "service", subject, verb: "created", at: 1, facts: { version: "1" } };
    const [event, ...others] = (await toEvents(change)) as { id: string; detail: object }[];
    t.match(event, {
      "detail-type": "ECS Deployment State Change",
      resources: [`${ARN}:service/default/web`],
      detail: { eventName: "SERVICE_DEPLOYMENT_IN_PROGRESS", deploymentId: /^ecs-svc/, updatedAt: /Z$/ },
    });
    t.strictSame(others, []);
    t.match(await toEvents(change), [{ id: event?.id }], "told twice, it is the same event");
    t.strictSame(await toEvents({ ...change, verb: "removed", facts: {} }), []);
    const { services } = await world.call("DescribeServices", { services: ["web"] });
    t.match(services, [{ events: [] }], "it is no sentence for people");
  });

  t.test("is not created twice, unless by the same request with a token", async (t) => {
    await t.rejects(create(world), {
      code: "InvalidParameterException",
      message: "Creation of service was not idempotent.",
    });
    const first = await create(world, { serviceName: "once", clientToken: "token" });
    const again = await create(world, { serviceName: "once", clientToken: "token" });
    t.equal(again.service?.deployments?.[0]?.id, first.service?.deployments?.[0]?.id);
    await t.rejects(create(world, { serviceName: "once", clientToken: "token", desiredCount: 3 }), /not idempotent/);
  });

  t.test("rolls when it is to run something else or is forced to, not when it is scaled", async (t) => {
    const { service: scaled } = await updateAs(world, "scale", { desiredCount: 3 });
    t.match(scaled, { desiredCount: 3, deployments: [{ status: "PRIMARY" }] });
    t.equal(scaled?.deployments?.length, 1);
    const { service: same } = await updateAs(world, "same", { taskDefinition: "web:2" });
    t.equal(same?.deployments?.length, 1, "the definition that it runs is no other");
    const { service: other } = await updateAs(world, "other", { taskDefinition: "web:1" });
    t.match(other?.deployments, [{ status: "PRIMARY", taskDefinition: /web:1$/ }, { status: "ACTIVE" }]);
    const { service: forced } = await updateAs(world, "forced", { forceNewDeployment: true });
    t.equal(forced?.deployments?.length, 3);
  });

  t.test("is rolled and scaled at once without the one undoing the other", async (t) => {
    const orders = {
      first: [{ taskDefinition: "web:2" }, { desiredCount: 7 }],
      last: [{ desiredCount: 7 }, { taskDefinition: "web:2" }],
    };
    for (const [name, changes] of Object.entries(orders)) {
      await create(world, { serviceName: name, taskDefinition: "web:1" });
      await Promise.all(changes.map((one, index) => updateAs(world, `${name}-${index}`, { service: name, ...one })));
      const { services } = await world.call("DescribeServices", { services: [name] });
      t.match(services, [
        { taskDefinition: /web:2$/, desiredCount: 7, deployments: [{ taskDefinition: /web:2$/ }, {}] },
      ]);
      t.equal(services?.[0]?.deployments?.length, 2);
    }
  });

  t.test("tells of its deployments, of what each rolls to, and stops one that is under way", async (t) => {
    const { serviceDeployments: all = [] } = await world.call("ListServiceDeployments", { service: "web" });
    t.match(all, [{ status: "IN_PROGRESS" }, { status: "STOPPED" }, { status: "STOPPED" }]);
    const arn = all[0]?.serviceDeploymentArn ?? "";
    t.match(arn, new RegExp(`^${ARN}:service-deployment/default/web/\\d{19}$`));
    const described = await world.call("DescribeServiceDeployments", { serviceDeploymentArns: [arn, `${arn}0`] });
    t.match(described.serviceDeployments, [
      { targetServiceRevision: { requestedTaskCount: 3 }, deploymentCircuitBreaker: { status: "DISABLED" } },
    ]);
    t.match(described.failures, [{ arn: `${arn}0`, reason: "MISSING" }]);
    const revision = described.serviceDeployments?.[0]?.targetServiceRevision?.arn ?? "";
    const { serviceRevisions } = await world.call("DescribeServiceRevisions", { serviceRevisionArns: [revision] });
    t.match(serviceRevisions, [{ taskDefinition: /web:1$/, launchType: "EC2" }]);
    await world.call("StopServiceDeployment", { serviceDeploymentArn: arn, stopType: "ABORT" });
    const { serviceDeployments: after } = await world.call("ListServiceDeployments", {
      service: "web",
      status: ["STOP_REQUESTED"],
    });
    t.match(after, [{ serviceDeploymentArn: arn }]);
    await t.rejects(world.call("StopServiceDeployment", { serviceDeploymentArn: all[1]?.serviceDeploymentArn ?? "" }), {
      code: "ConflictException",
    });
  });

  t.test("is deleted once it is scaled down, or by force, and then is not changed any more", async (t) => {
    await t.rejects(world.call("DeleteService", { service: "web" }), {
      message: "The service cannot be stopped while it is scaled above 0.",
    });
    await t.rejects(world.call("DeleteCluster", { cluster: "default" }), { code: "ClusterContainsServicesException" });
    const { service } = await world.call("DeleteService", { service: "web", force: true });
    t.match(service, { status: "DRAINING", desiredCount: 0 });
    await t.rejects(updateAs(world, "late", { desiredCount: 1 }), { code: "ServiceNotActiveException" });
    await t.rejects(create(world), { message: "Unable to Start a service that is still Draining." });
  });

  t.test("that is not there is MISSING, or not found", async (t) => {
    t.match(await world.call("DescribeServices", { services: ["nope"] }), {
      services: [],
      failures: [{ arn: `${ARN}:service/default/nope`, reason: "MISSING" }],
    });
    await t.rejects(world.call("UpdateService", { service: "nope" }), { code: "ServiceNotFoundException" });
    await t.rejects(world.call("ListTasks", { serviceName: "nope" }), { code: "ServiceNotFoundException" });
  });
});

t.test("what a service cannot be is refused, with the reason", async (t) => {
  const world = await anEcsWorld(t);
  await register(world, "web");
  const daemon = { schedulingStrategy: "DAEMON", desiredCount: undefined } as const;
  const refused: readonly [Partial<InputOf<typeof ecs, "CreateService">>, RegExp][] = [
    [{ serviceName: "a b" }, /^Service names have 1 to 255/],
    [{ desiredCount: undefined }, /^desiredCount is required/],
    [{ desiredCount: -1 }, /between 0 and 5000, but was -1/],
    [{ taskDefinition: "nope" }, /^TaskDefinition not found\.$/],
    [{ schedulingStrategy: "DAEMON" }, /daemon scheduling strategy does not support a desired count/],
    [
      { deploymentConfiguration: { minimumHealthyPercent: 100, maximumPercent: 100 } },
      /^Both maximumPercent and minimumHealthyPercent cannot be 100/,
    ],
    [{ deploymentConfiguration: { maximumPercent: 50 } }, /at least 100/],
    [{ deploymentConfiguration: { deploymentCircuitBreaker: { enable: false, rollback: true } } }, /must be enabled/],
    [{ deploymentConfiguration: { strategy: "BLUE_GREEN" } }, /strategy BLUE_GREEN is not built/],
    [{ deploymentConfiguration: { canaryConfiguration: { canaryPercent: 5 } } }, /'canaryConfiguration' of deployment/],
    [{ deploymentConfiguration: { bakeTimeInMinutes: 5 } }, /'bakeTimeInMinutes' of deployment/],
    [{ availabilityZoneRebalancing: "ENABLED" }, /'availabilityZoneRebalancing' ENABLED asks for, is not built/],
    [{ clientToken: "x".repeat(37) }, /1 to 36 characters/],
    [{ healthCheckGracePeriodSeconds: -1 }, /between 0 and 2147483647/],
    [{ ...daemon, placementStrategy: [{ type: "random" }] }, /does not support placement strategies\. Remove/],
    [{ ...daemon, placementConstraints: [{ type: "distinctInstance" }] }, /placement constraint distinctInstance/],
    [{ ...daemon, deploymentConfiguration: { maximumPercent: 200 } }, /maximumPercent other than 100/],
    [{ deploymentController: { type: "EXTERNAL" } }, /controller EXTERNAL is not built/],
    [{ loadBalancers: [{ targetGroupArn: "arn" }] }, /'loadBalancers' asks for, is not built/],
    [{ serviceConnectConfiguration: { enabled: true } }, /Service Connect/],
    [{ enableExecuteCommand: true }, /berth exec/],
    [{ placementStrategy: [{ type: "spread", field: "nonsense" }] }, /spread takes the field/],
    [{ launchType: "EXTERNAL" }, /Launch type EXTERNAL is not built/],
  ];
  const unplaced = { ...daemon, serviceName: "each", deploymentConfiguration: {}, placementStrategy: [{}] };
  t.match((await create(world, unplaced)).service, {
    desiredCount: 0,
    placementStrategy: [],
    deploymentConfiguration: { minimumHealthyPercent: 0, maximumPercent: 100 },
  });
  await world.call("DeleteService", { service: "each" });
  for (const [changes, message] of refused) await t.rejects(create(world, changes), { message }, String(message));
  t.same((await world.call("ListServices", { schedulingStrategy: "REPLICA" })).serviceArns, []);
});

t.test("a service's task", async (t) => {
  const world = await anEcsWorld(t);
  await world.addHost("h1");
  await register(world, "web");
  await create(world);
  const task = await aServiceTask(world, "web", "web");
  const taskArn = `${ARN}:task/default/${task.id}`;

  t.test("is counted, listed and told as the service's", async (t) => {
    t.match((await world.call("DescribeServices", { services: ["web"] })).services, [
      { runningCount: 0, pendingCount: 1, deployments: [{ pendingCount: 1 }] },
    ]);
    await world.observe(taskArn, { status: "RUNNING", startedAt: 1 });
    t.match((await world.call("DescribeServices", { services: ["web"] })).services, [
      { runningCount: 1, pendingCount: 0, deployments: [{ runningCount: 1 }] },
    ]);
    t.same((await world.call("ListTasks", { serviceName: "web" })).taskArns, [taskArn]);
    t.match((await world.call("DescribeTasks", { tasks: [task.id] })).tasks, [
      { group: "service:web", startedBy: /^ecs-svc\/\d{19}$/ },
    ]);
  });

  t.test("is protected for two hours or as long as is said, until it is told otherwise", async (t) => {
    const protect = (changes: Partial<InputOf<typeof ecs, "UpdateTaskProtection">>) =>
      world.call("UpdateTaskProtection", { cluster: "default", tasks: [task.id], protectionEnabled: true, ...changes });
    const hoursFromStart = (at: Date | undefined) => Math.floor(((at?.getTime() ?? 0) - task.createdAt) / 3_600_000);
    const { protectedTasks, failures } = await protect({});
    t.match(protectedTasks, [{ taskArn, protectionEnabled: true, expirationDate: Date }]);
    t.same(failures, []);
    t.equal(hoursFromStart(protectedTasks?.[0]?.expirationDate), 2);
    await protect({ expiresInMinutes: 2880 });
    const told = await world.call("GetTaskProtection", { cluster: "default", tasks: [taskArn] });
    t.equal(hoursFromStart(told.protectedTasks?.[0]?.expirationDate), 48);
    await protect({ protectionEnabled: false });
    t.same((await world.call("GetTaskProtection", { cluster: "default", tasks: [task.id] })).protectedTasks, [
      { taskArn, protectionEnabled: false },
    ]);
    for (const expiresInMinutes of [0, 2881])
      await t.rejects(protect({ expiresInMinutes }), { message: /must be between 1 and 2880/ });
    await t.rejects(protect({ tasks: [] }), { message: "Tasks cannot be empty." });
  });

  t.test("that is protected is told to whoever asks why, with what its service waits for", async (t) => {
    await world.keep("web", (service) => ({
      ...service,
      deployments: service.deployments.map((one) => ({
        ...one,
        trouble: { failedTasks: 2, failedStarts: 1, nextStartAt: task.createdAt + 86_400_000, judged: [] },
        unplaced: { reason: "no room.", since: 7 },
      })),
    }));
    const protection = { cluster: "default", tasks: [task.id] };
    await world.call("UpdateTaskProtection", { ...protection, protectionEnabled: true });
    const [explain] = world.wing.own as unknown as { handle(call: object): Promise<unknown> }[];
    t.match(await explain?.handle({ params: { cluster: "default", service: "web" }, caller: CALLER }), {
      service: "web",
      deployments: [
        { failedTasks: 2, failedStarts: 1, nextStartAt: Number, unplaced: { reason: "no room.", since: 7 } },
      ],
      protectedTasks: 1,
      protectedUntil: Number,
    });
    await world.call("UpdateTaskProtection", { ...protection, protectionEnabled: false });
  });

  t.test("alone can be protected: a task that somebody ran is not valid, another is missing", async (t) => {
    const { tasks: ran } = await world.call("RunTask", { taskDefinition: "web" });
    const runArn = ran?.[0]?.taskArn ?? "";
    const asked = { cluster: "default", tasks: [runArn, "nobody"] };
    const { protectedTasks, failures } = await world.call("UpdateTaskProtection", {
      ...asked,
      protectionEnabled: true,
    });
    t.same(protectedTasks, []);
    t.match(failures, [
      { arn: runArn, reason: "TASK_NOT_VALID" },
      { arn: `${ARN}:task/default/nobody`, reason: "MISSING" },
    ]);
    t.match((await world.call("GetTaskProtection", asked)).failures, [
      { reason: "TASK_NOT_VALID" },
      { reason: "MISSING" },
    ]);
  });
});

t.test("a service", async (t) => {
  const world = await anEcsWorld(t);
  await register(world, "web");
  const { service } = await create(world);
  const resourceArn = service?.serviceArn ?? "";

  t.test("has tags that are changed, and its deployments have none", async (t) => {
    await world.call("TagResource", {
      resourceArn,
      tags: [
        { key: "team", value: "a" },
        { key: "tier", value: "1" },
      ],
    });
    await world.call("UntagResource", { resourceArn, tagKeys: ["tier"] });
    t.same((await world.call("ListTagsForResource", { resourceArn })).tags, [{ key: "team", value: "a" }]);
    const { services } = await world.call("DescribeServices", { services: ["web"], include: ["TAGS"] });
    t.match(services, [{ tags: [{ key: "team", value: "a" }], deployments: { length: 1 } }]);
    const deployment = service?.currentServiceDeployment ?? "";
    await t.rejects(world.call("ListTagsForResource", { resourceArn: deployment }), {
      code: "InvalidParameterException",
      message: /does not support tags/,
    });
    await t.rejects(world.call("ListTagsForResource", { resourceArn: `${ARN}:service/default/nope` }), {
      code: "InvalidParameterException",
      message: /The specified service does not exist/,
    });
  });

  t.test("is counted by its cluster", async (t) => {
    const counts = async () => {
      const { clusters } = await world.call("DescribeClusters", { include: ["STATISTICS"] });
      const { activeServicesCount, statistics = [] } = clusters?.[0] ?? {};
      const of = (asked: string) => statistics.find(({ name }) => name === asked)?.value;
      return [activeServicesCount, of("activeEC2ServiceCount"), of("drainingEC2ServiceCount")];
    };
    t.same(await counts(), [1, "1", "0"]);
    await world.call("DeleteService", { service: "web", force: true });
    t.same(await counts(), [0, "0", "1"]);
  });
});
