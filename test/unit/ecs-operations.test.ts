import type * as ecs from "@aws-sdk/client-ecs";
import t from "tap";
import { asTaskStateChangeEvent } from "../../src/ecs/index.ts";
import type { InputOf } from "../../src/kernel/operation.ts";
import { stsWing } from "../../src/sts/index.ts";
import { anEcsWorld, CALLER, type EcsWorld } from "../support/ecs-world.ts";

const web = (changes: Partial<ecs.ContainerDefinition> = {}): ecs.ContainerDefinition => ({
  name: "web",
  image: "nginx",
  memory: 100,
  ...changes,
});

const register = (world: EcsWorld, changes: Partial<InputOf<typeof ecs, "RegisterTaskDefinition">> = {}) =>
  world.call("RegisterTaskDefinition", { family: "web", containerDefinitions: [web()], ...changes });

const run = (world: EcsWorld, changes: Partial<InputOf<typeof ecs, "RunTask">> = {}) =>
  world.call("RunTask", { taskDefinition: "web", ...changes });

const ARN = "arn:aws:ecs:us-east-1:000000000000";
const exact = (text: string) => new RegExp(`^${text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}$`);

t.test("clusters", async (t) => {
  const world = await anEcsWorld(t);

  t.test("are made once, named or by ARN, and described with what is asked for", async (t) => {
    const { cluster } = await world.call("CreateCluster", { clusterName: "blue", tags: [{ key: "team", value: "a" }] });
    t.match(cluster, {
      clusterArn: `${ARN}:cluster/blue`,
      status: "ACTIVE",
      tags: [{ key: "team", value: "a" }],
      settings: [{ name: "containerInsights", value: "disabled" }],
    });
    await world.call("CreateCluster", { clusterName: "blue" });
    t.same((await world.call("ListClusters", {})).clusterArns, [`${ARN}:cluster/blue`, `${ARN}:cluster/default`]);
    const bare = await world.call("DescribeClusters", { clusters: [`${ARN}:cluster/blue`, "green"] });
    t.match(bare.clusters, [{ clusterName: "blue", tags: [], settings: [], statistics: [] }]);
    t.same(bare.failures, [{ arn: `${ARN}:cluster/green`, reason: "MISSING" }]);
    const full = await world.call("DescribeClusters", { clusters: ["blue"], include: ["TAGS", "STATISTICS"] });
    t.match(full.clusters?.[0], {
      tags: [{ key: "team" }],
      statistics: [{ name: "runningEC2TasksCount", value: "0" }],
    });
  });

  t.test("in another region are other clusters", async (t) => {
    t.same((await world.call("ListClusters", {}, { region: "eu-west-1" })).clusterArns, []);
    await t.rejects(world.call("ListTasks", {}, { region: "eu-west-1" }), {
      code: "ClusterNotFoundException",
      message: "Cluster not found.",
    });
  });

  t.test("deleted ones are INACTIVE, not listed, and made anew", async (t) => {
    t.match((await world.call("DeleteCluster", { cluster: "blue" })).cluster, { status: "INACTIVE" });
    t.match((await world.call("DescribeClusters", { clusters: ["blue"] })).clusters, [{ status: "INACTIVE" }]);
    t.same((await world.call("ListClusters", {})).clusterArns, [`${ARN}:cluster/default`]);
    await t.rejects(world.call("DeleteCluster", { cluster: "blue" }), { code: "ClusterNotFoundException" });
    t.match((await world.call("CreateCluster", { clusterName: "blue" })).cluster, { status: "ACTIVE", tags: [] });
  });

  t.test("with container instances cannot be deleted", async (t) => {
    await world.addHost("h1");
    await t.rejects(world.call("DeleteCluster", { cluster: "default" }), {
      code: "ClusterContainsContainerInstancesException",
    });
    t.match((await world.call("DescribeClusters", {})).clusters, [
      { clusterName: "default", registeredContainerInstancesCount: 1 },
    ]);
  });

  t.test("are listed page by page", async (t) => {
    for (const clusterName of ["c1", "c2", "c3"]) await world.call("CreateCluster", { clusterName });
    const names: string[] = [];
    let nextToken: string | undefined;
    do {
      const page = await world.call("ListClusters", { maxResults: 2, ...(nextToken && { nextToken }) });
      t.ok(page.clusterArns!.length <= 2);
      names.push(...page.clusterArns!.map((arn) => arn.split("/")[1]!));
      nextToken = page.nextToken;
    } while (nextToken);
    t.same(names, ["blue", "c1", "c2", "c3", "default"]);
  });
});

t.test("task definitions", async (t) => {
  const world = await anEcsWorld(t);

  t.test("count their revisions, and a number is never given again", async (t) => {
    t.equal((await register(world)).taskDefinition?.taskDefinitionArn, `${ARN}:task-definition/web:1`);
    t.equal((await register(world, { tags: [{ key: "v", value: "2" }] })).taskDefinition?.revision, 2);
    await Promise.all(Array.from({ length: 8 }, () => register(world, { family: "many" })));
    t.equal((await world.call("ListTaskDefinitions", { familyPrefix: "many" })).taskDefinitionArns?.length, 8);
  });

  t.test("are described by family, revision or ARN, tags beside them", async (t) => {
    const latest = await world.call("DescribeTaskDefinition", { taskDefinition: "web", include: ["TAGS"] });
    t.match(latest, {
      taskDefinition: { revision: 2, status: "ACTIVE", registeredBy: CALLER.principal },
      tags: [{ key: "v", value: "2" }],
    });
    t.type(latest.taskDefinition?.registeredAt, Date);
    t.match(await world.call("DescribeTaskDefinition", { taskDefinition: `${ARN}:task-definition/web:1` }), {
      taskDefinition: { revision: 1 },
      tags: undefined,
    });
    for (const taskDefinition of ["web:9", "nobody", `arn:aws:ecs:eu-west-1:000000000000:task-definition/web:1`])
      await t.rejects(world.call("DescribeTaskDefinition", { taskDefinition }), {
        code: "ClientException",
        message: exact("Unable to describe task definition."),
      });
  });

  t.test("sort by family and by number, not by letters", async (t) => {
    for (let index = 0; index < 10; index += 1) await register(world, { family: "a-b" });
    await register(world, { family: "a" });
    const { taskDefinitionArns } = await world.call("ListTaskDefinitions", { maxResults: 100 });
    t.same(
      taskDefinitionArns?.slice(0, 3).map((arn) => arn.split("/")[1]),
      ["a:1", "a-b:1", "a-b:2"],
    );
    t.same(
      (
        await world.call("ListTaskDefinitions", { familyPrefix: "a-b", sort: "DESC", maxResults: 2 })
      ).taskDefinitionArns?.map((arn) => arn.split("/")[1]),
      ["a-b:10", "a-b:9"],
    );
  });

  t.test("deregistered are INACTIVE: described by number, not run, listed apart", async (t) => {
    t.match(await world.call("DeregisterTaskDefinition", { taskDefinition: "web:2" }), {
      taskDefinition: { status: "INACTIVE", deregisteredAt: Date },
    });
    t.equal((await world.call("DescribeTaskDefinition", { taskDefinition: "web" })).taskDefinition?.revision, 1);
    t.same((await world.call("ListTaskDefinitions", { familyPrefix: "web", status: "INACTIVE" })).taskDefinitionArns, [
      `${ARN}:task-definition/web:2`,
    ]);
    await world.addHost("h1");
    await t.rejects(run(world, { taskDefinition: "web:2" }), {
      code: "InvalidParameterException",
      message: "TaskDefinition is inactive",
    });
    await t.rejects(world.call("DeregisterTaskDefinition", { taskDefinition: "web" }), {
      code: "ClientException",
      message: "Revision is missing.",
    });
  });

  t.test("families are ACTIVE while one revision is", async (t) => {
    await world.call("DeregisterTaskDefinition", { taskDefinition: "a:1" });
    t.same((await world.call("ListTaskDefinitionFamilies", { status: "INACTIVE" })).families, ["a"]);
    t.same((await world.call("ListTaskDefinitionFamilies", { status: "ACTIVE", familyPrefix: "a" })).families, ["a-b"]);
  });

  t.test("deleted ones wait for their tasks, then are gone", async (t) => {
    await register(world, { family: "old" });
    const { tasks } = await run(world, { taskDefinition: "old:1" });
    t.match(
      (await world.call("DeleteTaskDefinitions", { taskDefinitions: ["old:1", "old:7"] })).failures?.map(
        ({ reason }) => reason,
      ),
      [/still in ACTIVE status/, /does not exist/],
    );
    await world.call("DeregisterTaskDefinition", { taskDefinition: "old:1" });
    t.match((await world.call("DeleteTaskDefinitions", { taskDefinitions: ["old:1"] })).taskDefinitions, [
      { status: "DELETE_IN_PROGRESS" },
    ]);
    t.equal(await world.wing.sweeps.forgetDeletedTaskDefinitions(), 0, "its task has not stopped");
    await world.observe(tasks![0]!.taskArn!, { status: "STOPPED", stoppedAt: 1 });
    t.equal(await world.wing.sweeps.forgetDeletedTaskDefinitions(), 1);
    await t.rejects(world.call("DescribeTaskDefinition", { taskDefinition: "old:1" }), { code: "ClientException" });
    t.equal((await register(world, { family: "old" })).taskDefinition?.revision, 2);
  });
});

t.test("tasks", async (t) => {
  const world = await anEcsWorld(t);
  await t.rejects(run(world), { code: "ClientException", message: "TaskDefinition not found." });
  await register(world, {
    tags: [{ key: "from", value: "definition" }],
    containerDefinitions: [
      web({
        cpu: 256,
        portMappings: [{ containerPort: 80, hostPort: 8080 }],
        healthCheck: { command: ["CMD", "true"] },
      }),
    ],
  });
  await t.rejects(run(world), {
    code: "InvalidParameterException",
    message: "No Container Instances were found in your cluster.",
  });
  await world.addHost("h1");
  await world.addHost("h2");

  t.test("are placed by the scheduler and answered as AWS does", async (t) => {
    const { tasks, failures } = await run(world, {
      startedBy: "me",
      propagateTags: "TASK_DEFINITION",
      tags: [{ key: "own", value: "1" }],
      enableECSManagedTags: true,
    });
    t.same(failures, []);
    t.match(tasks, [
      {
        lastStatus: "PENDING",
        desiredStatus: "RUNNING",
        group: "family:web",
        launchType: "EC2",
        startedBy: "me",
        cpu: "256",
        memory: "100",
        taskDefinitionArn: `${ARN}:task-definition/web:1`,
        clusterArn: `${ARN}:cluster/default`,
        availabilityZone: "us-east-1a",
        connectivity: "CONNECTED",
        healthStatus: "UNKNOWN",
        containers: [{ name: "web", image: "nginx", lastStatus: "PENDING", cpu: "256", memory: "100" }],
      },
    ]);
    t.match(tasks?.[0]?.taskArn, new RegExp(`^${ARN}:task/default/[0-9a-f]{32}$`));
    t.same(tasks?.[0]?.tags, [
      { key: "from", value: "definition" },
      { key: "own", value: "1" },
      { key: "aws:ecs:clusterName", value: "default" },
    ]);
  });

  t.test("that fit nowhere are explained by each container instance", async (t) => {
    const { tasks, failures } = await run(world, { count: 3 });
    t.equal(tasks?.length, 1, "the other host had the port");
    t.match(failures, [
      { reason: "RESOURCE:PORTS", detail: /8080/ },
      { reason: "RESOURCE:PORTS", detail: /8080/ },
    ]);
    t.match(failures?.[0]?.arn, new RegExp(`^${ARN}:container-instance/default/`));
  });

  t.test("are described by id or ARN, show what was seen, and miss what is not there", async (t) => {
    const [first] = (await world.call("ListTasks", { startedBy: "me" })).taskArns!;
    await world.observe(first!, {
      status: "RUNNING",
      startedAt: 1_700_000_000_000,
      containers: [
        {
          name: "web",
          status: "RUNNING",
          health: "HEALTHY",
          bindings: [{ bindIp: "127.0.1.1", containerPort: 80, hostPort: 8080, protocol: "tcp" }],
          restartCount: 0,
        },
      ],
    });
    const { tasks, failures } = await world.call("DescribeTasks", {
      tasks: [first!.split("/")[2]!, "f".repeat(32)],
      include: ["TAGS"],
    });
    t.match(tasks, [
      {
        lastStatus: "RUNNING",
        healthStatus: "HEALTHY",
        startedAt: new Date(1_700_000_000_000),
        tags: [{ key: "from" }, {}, {}],
        containers: [
          {
            lastStatus: "RUNNING",
            healthStatus: "HEALTHY",
            networkBindings: [{ bindIP: "127.0.1.1", hostPort: 8080 }],
          },
        ],
      },
    ]);
    t.same(failures, [{ arn: `${ARN}:task/default/${"f".repeat(32)}`, reason: "MISSING" }]);
    t.same((await world.call("DescribeTasks", { tasks: [first!] })).tasks?.[0]?.tags, [], "tags only when asked for");
    await t.rejects(world.call("DescribeTasks", { tasks: [] }), {
      code: "InvalidParameterException",
      message: "Tasks cannot be empty.",
    });
    await t.rejects(world.call("DescribeTasks", { tasks: [`${ARN}:task/blue/${"f".repeat(32)}`] }), {
      code: "InvalidParameterException",
      message: /Your cluster is default/,
    });
    const [task] = await world.fleet.tasks([first!.split("/")[2]! as never]);
    const [host] = await world.fleet.hosts();
    t.match(asTaskStateChangeEvent(task!, host, 1_700_000_000_123), {
      "detail-type": "ECS Task State Change",
      source: "aws.ecs",
      time: "2023-11-14T22:13:20Z",
      resources: [first],
      detail: {
        lastStatus: "RUNNING",
        startedAt: "2023-11-14T22:13:20.000Z",
        updatedAt: "2023-11-14T22:13:20.123Z",
        version: task!.version,
      },
    });
  });

  t.test("stop with the first reason given, and end with exit codes", async (t) => {
    const [arn] = (await world.call("ListTasks", { startedBy: "me" })).taskArns!;
    t.match((await world.call("StopTask", { task: arn!, reason: "enough" })).task, {
      desiredStatus: "STOPPED",
      stopCode: "UserInitiated",
      stoppedReason: "enough",
    });
    t.match((await world.call("StopTask", { task: arn! })).task, { stoppedReason: "enough" });
    await world.observe(arn!, {
      status: "STOPPED",
      stoppedAt: 1_700_000_000_000,
      containers: [{ name: "web", status: "STOPPED", exitCode: 143, bindings: [], restartCount: 0 }],
    });
    t.match((await world.call("DescribeTasks", { tasks: [arn!] })).tasks, [
      { lastStatus: "STOPPED", containers: [{ exitCode: 143 }], stoppingAt: Date },
    ]);
    t.same((await world.call("ListTasks", { startedBy: "me" })).taskArns, []);
    t.same((await world.call("ListTasks", { family: "web", desiredStatus: "STOPPED" })).taskArns, [arn]);
    await t.rejects(world.call("ListTasks", { serviceName: "web" }), {
      code: "ServiceNotFoundException",
      message: "Service not found.",
    });
    await t.rejects(world.call("StopTask", { task: "f".repeat(32) }), {
      code: "InvalidParameterException",
      message: "The referenced task was not found.",
    });
    await t.rejects(world.call("TagResource", { resourceArn: arn!, tags: [{ key: "a" }] }), {
      message: /task is stopped/,
    });
  });

  t.test("of one clientToken are the same tasks, or a conflict", async (t) => {
    await register(world, { family: "small" });
    const asked = { taskDefinition: "small", clientToken: "once", count: 2 };
    const first = await run(world, asked);
    const again = await run(world, asked);
    t.same(again.tasks?.map((task) => task.taskArn).sort(), first.tasks?.map((task) => task.taskArn).sort());
    await t.rejects(run(world, { ...asked, count: 1 }), { code: "ConflictException" });
    await world.call("CreateCluster", { clusterName: "other" });
    await t.rejects(
      run(world, { ...asked, cluster: "other" }),
      { message: /No Container Instances/ },
      "a token is of its cluster",
    );
  });

  t.test("of one clientToken are refused in part with the same failures again", async (t) => {
    await register(world, { family: "half", containerDefinitions: [web({ memory: 600 })] });
    const asked = { taskDefinition: "half", clientToken: "in-part", count: 10 };
    const first = await run(world, asked);
    t.ok(first.tasks!.length > 0 && first.failures!.length > 0, "some fit and some do not");
    const again = await run(world, asked);
    t.same(again.tasks?.map(({ taskArn }) => taskArn).sort(), first.tasks?.map(({ taskArn }) => taskArn).sort());
    t.same(again.failures, first.failures);
    for (const { taskArn } of first.tasks!) {
      await world.call("StopTask", { task: taskArn! });
      await world.observe(taskArn!, { status: "STOPPED", stoppedAt: 1, containers: [] });
    }
  });

  t.test("refused under a clientToken are refused again, and run once there is room", async (t) => {
    await register(world, { family: "roomy", containerDefinitions: [web({ memory: 2000 })] });
    const asked = { taskDefinition: "roomy", clientToken: "later" };
    t.match((await run(world, asked)).failures, [{ reason: "RESOURCE:MEMORY" }, {}]);
    t.match(
      (await run(world, asked)).failures,
      [{ reason: "RESOURCE:MEMORY" }, {}],
      "not an empty answer, as if all was well",
    );
    await world.addHost("h3", { memoryMiB: 4096 });
    t.equal((await run(world, asked)).tasks?.length, 1);
    const filter = "ec2InstanceId == i-h3";
    const { containerInstanceArns } = await world.call("ListContainerInstances", { filter });
    const [containerInstance] = containerInstanceArns!;
    await t.rejects(world.call("DeregisterContainerInstance", { containerInstance: containerInstance! }));
    const forced = await world.call("DeregisterContainerInstance", {
      containerInstance: containerInstance!,
      force: true,
    });
    t.match(forced, { containerInstance: { status: "INACTIVE" } });
    t.same((await world.call("ListContainerInstances", { filter })).containerInstanceArns, []);
  });

  t.test("start where the caller says", async (t) => {
    const { containerInstanceArns } = await world.call("ListContainerInstances", {});
    const started = await world.call("StartTask", {
      taskDefinition: "small",
      containerInstances: [containerInstanceArns![1]!, "0".repeat(32)],
    });
    t.match(started.tasks, [{ containerInstanceArn: containerInstanceArns![1], group: "family:small" }]);
    t.match(started.failures, [{ arn: `${ARN}:container-instance/default/${"0".repeat(32)}`, reason: "MISSING" }]);
  });

  t.test("in network mode awsvpc have a network interface, made at placement and gone with them", async (t) => {
    await register(world, { family: "own", networkMode: "awsvpc", containerDefinitions: [web({ memory: 10 })] });
    const own = { taskDefinition: "own" };
    await t.rejects(run(world, own), {
      message: "Network Configuration must be provided when networkMode 'awsvpc' is specified.",
    });
    const inZone = (zone: string, more: object = {}) => ({
      ...own,
      networkConfiguration: { awsvpcConfiguration: { subnets: [`subnet-${zone}`], ...more } },
    });
    await t.rejects(run(world, inZone("us-east-1f")), {
      code: "InvalidParameterException",
      message: /The subnet ID 'subnet-us-east-1f' does not exist/,
    });
    await t.rejects(run(world, inZone("us-east-1a", { assignPublicIp: "ENABLED" })), { message: /not supported/ });
    await t.rejects(run(world, { ...inZone("us-east-1a"), taskDefinition: "web" }), { message: /is not valid for/ });
    const { tasks: [placed] = [] } = await run(world, inZone("us-east-1a"));
    const [attachment] = placed?.attachments ?? [];
    const details = Object.fromEntries(attachment?.details?.map(({ name, value }) => [name, value]) ?? []);
    t.match(attachment, { type: "ElasticNetworkInterface", status: "PRECREATED", id: /^[0-9a-f-]{36}$/ });
    t.match(details, {
      subnetId: "subnet-us-east-1a",
      networkInterfaceId: /^eni-[0-9a-f]{17}$/,
      macAddress: /^02:42:0a:2a:07:[0-9a-f]{2}$/,
      privateIPv4Address: /^10\.42\.7\.\d+$/,
    });
    t.strictSame(placed?.containers?.[0]?.networkInterfaces, [
      { attachmentId: attachment?.id, privateIpv4Address: details.privateIPv4Address },
    ]);
    const statusOf = async () => {
      const { tasks } = await world.call("DescribeTasks", { tasks: [placed!.taskArn!] });
      return tasks?.[0]?.attachments?.[0]?.status;
    };
    const container = { name: "web", bindings: [], restartCount: 0, startedAt: 1 };
    await world.observe(placed!.taskArn!, { status: "RUNNING", containers: [{ ...container, status: "RUNNING" }] });
    t.equal(await statusOf(), "ATTACHED");
    await world.observe(placed!.taskArn!, { status: "STOPPED", containers: [{ ...container, status: "STOPPED" }] });
    t.equal(await statusOf(), "DELETED");
  });

  t.test("that no host could ever hold are refused in other words than those that merely do not fit now", async (t) => {
    await register(world, { family: "huge", containerDefinitions: [web({ memory: 4096 })] });
    await register(world, { family: "big", containerDefinitions: [web({ memory: 1000 })] });
    t.match((await run(world, { taskDefinition: "huge" })).failures, [
      { reason: "RESOURCE:MEMORY", detail: /could never hold/ },
      {},
    ]);
    t.match((await run(world, { taskDefinition: "big" })).failures, [
      { reason: "RESOURCE:MEMORY", detail: /no place for this task now/ },
      {},
    ]);
  });

  t.test("of a definition made for another processor are refused for the attribute", async (t) => {
    await register(world, { family: "arm", runtimePlatform: { cpuArchitecture: "ARM64" } });
    t.match((await run(world, { taskDefinition: "arm" })).failures, [
      { reason: "ATTRIBUTE", detail: /cpu-architecture/ },
      {},
    ]);
  });
});

t.test("container instances", async (t) => {
  const world = await anEcsWorld(t);
  await world.addHost("h1", { attributes: { stack: "blue" } });
  await register(world);

  t.test("registered at run time are slices of the asked size", async (t) => {
    const { containerInstance } = await world.call("RegisterContainerInstance", {
      totalResources: [
        { name: "CPU", type: "INTEGER", integerValue: 512 },
        { name: "MEMORY", type: "INTEGER", integerValue: 256 },
      ],
      attributes: [{ name: "stack", value: "green" }],
    });
    t.match(containerInstance, {
      status: "ACTIVE",
      agentConnected: Boolean,
      registeredResources: [
        { name: "CPU", integerValue: 512 },
        { name: "MEMORY", integerValue: 256 },
        { name: "PORTS", type: "STRINGSET" },
        { name: "PORTS_UDP" },
      ],
    });
    await t.rejects(world.call("RegisterContainerInstance", { totalResources: [{ name: "CPU", integerValue: 1 }] }), {
      code: "InvalidParameterException",
      message: /MEMORY/,
    });
  });

  t.test("are filtered in the cluster query language, and a bad filter says where", async (t) => {
    const green = await world.call("ListContainerInstances", { filter: "attribute:stack == green" });
    t.equal(green.containerInstanceArns?.length, 1);
    t.equal((await world.call("ListContainerInstances", {})).containerInstanceArns?.length, 2);
    await t.rejects(world.call("ListContainerInstances", { filter: "attribute:stack =" }), {
      code: "InvalidParameterException",
      message: /column/,
    });
  });

  t.test("drain, and take no new task meanwhile", async (t) => {
    const { containerInstanceArns: all } = await world.call("ListContainerInstances", {});
    t.match(
      (await world.call("UpdateContainerInstancesState", { containerInstances: all!, status: "DRAINING" }))
        .containerInstances,
      [{ status: "DRAINING" }, { status: "DRAINING" }],
    );
    t.match((await run(world)).failures?.length, 2);
    t.equal((await world.call("ListContainerInstances", { status: "ACTIVE" })).containerInstanceArns?.length, 0);
    await world.call("UpdateContainerInstancesState", { containerInstances: all!, status: "ACTIVE" });
    await t.rejects(
      world.call("UpdateContainerInstancesState", { containerInstances: all!, status: "DEREGISTERING" }),
      { code: "InvalidParameterException" },
    );
  });

  t.test("bear own attributes that can be set, listed and removed; Berth's own cannot", async (t) => {
    const [targetId] = (await world.call("ListContainerInstances", { filter: "attribute:stack == blue" }))
      .containerInstanceArns!;
    await world.call("PutAttributes", {
      attributes: [
        { name: "ssd", targetId: targetId! },
        { name: "rack", value: "7", targetId: targetId! },
      ],
    });
    t.same(
      (await world.call("ListAttributes", { targetType: "container-instance", attributeName: "rack" })).attributes,
      [{ name: "rack", value: "7", targetId }],
    );
    await world.call("DeleteAttributes", { attributes: [{ name: "rack", targetId: targetId! }] });
    t.same(
      (await world.call("ListAttributes", { targetType: "container-instance", attributeName: "rack" })).attributes,
      [],
    );
    await t.rejects(
      world.call("PutAttributes", {
        attributes: [{ name: "ecs.cpu-architecture", value: "arm64", targetId: targetId! }],
      }),
      { message: /set by Berth/ },
    );
    await t.rejects(world.call("PutAttributes", { attributes: [{ name: "a", targetId: "0".repeat(32) }] }), {
      code: "TargetNotFoundException",
    });
    const many = Array.from({ length: 9 }, (_, index) => ({ name: `n${index}`, targetId: targetId! }));
    await t.rejects(world.call("PutAttributes", { attributes: many }), { code: "AttributeLimitExceededException" });
  });

  t.test("with tasks leave only by force, and their resources are told apart from what is free", async (t) => {
    await run(world, { placementConstraints: [{ type: "memberOf", expression: "attribute:stack == blue" }] });
    const [arn] = (await world.call("ListContainerInstances", { filter: "attribute:stack == blue" }))
      .containerInstanceArns!;
    const { containerInstances } = await world.call("DescribeContainerInstances", { containerInstances: [arn!] });
    t.match(containerInstances?.[0], {
      pendingTasksCount: 1,
      registeredResources: [{}, { integerValue: 1024 }, {}, {}],
      remainingResources: [{}, { name: "MEMORY", integerValue: 924 }, {}, {}],
    });
    await t.rejects(world.call("DeregisterContainerInstance", { containerInstance: arn! }), {
      code: "InvalidParameterException",
      message: "Found running tasks on the instance.",
    });
    const [green] = (await world.call("ListContainerInstances", { filter: "attribute:stack == green" }))
      .containerInstanceArns!;
    t.match(await world.call("DeregisterContainerInstance", { containerInstance: green! }), {
      containerInstance: { status: "INACTIVE" },
    });
    t.match((await world.call("DescribeContainerInstances", { containerInstances: [green!] })).failures, [
      { arn: green, reason: "MISSING" },
    ]);
  });
});

t.test("tags of clusters, task definitions, tasks and container instances are changed alike", async (t) => {
  const world = await anEcsWorld(t);
  await world.addHost("h1");
  await register(world);
  const { tasks } = await run(world);
  const { containerInstanceArns } = await world.call("ListContainerInstances", {});
  for (const resourceArn of [
    `${ARN}:cluster/default`,
    `${ARN}:task-definition/web:1`,
    tasks![0]!.taskArn!,
    containerInstanceArns![0]!,
  ]) {
    await world.call("TagResource", {
      resourceArn,
      tags: [
        { key: "a", value: "1" },
        { key: "b", value: "2" },
      ],
    });
    await world.call("TagResource", { resourceArn, tags: [{ key: "b", value: "3" }] });
    await world.call("UntagResource", { resourceArn, tagKeys: ["a"] });
    t.same((await world.call("ListTagsForResource", { resourceArn })).tags, [{ key: "b", value: "3" }], resourceArn);
  }
  await t.rejects(world.call("TagResource", { resourceArn: `${ARN}:cluster/none`, tags: [] }), {
    code: "ClusterNotFoundException",
  });
  await t.rejects(world.call("TagResource", { resourceArn: "web", tags: [] }), { code: "InvalidParameterException" });
});

t.test("account settings: one's own before the account's before AWS's", async (t) => {
  const world = await anEcsWorld(t);
  const insights = async () =>
    (await world.call("ListAccountSettings", { name: "containerInsights", effectiveSettings: true })).settings?.[0]
      ?.value;
  t.equal(await insights(), "disabled");
  await world.call("PutAccountSettingDefault", { name: "containerInsights", value: "enabled" });
  t.equal(await insights(), "enabled");
  await world.call("PutAccountSetting", { name: "containerInsights", value: "enhanced" });
  t.equal(await insights(), "enhanced");
  t.match((await world.call("CreateCluster", { clusterName: "watched" })).cluster?.settings, [{ value: "enhanced" }]);
  await world.call("DeleteAccountSetting", { name: "containerInsights" });
  t.equal(await insights(), "enabled");
  t.same((await world.call("ListAccountSettings", {})).settings, [], "nothing of one's own");
  await t.rejects(world.call("PutAccountSetting", { name: "awsvpcTrunking", value: "maybe" }), {
    code: "InvalidParameterException",
    message: "awsvpcTrunking should be one of [enabled,disabled]",
  });
  await t.rejects(world.call("PutAccountSetting", { name: "guardDutyActivate", value: "on" }), {
    code: "InvalidParameterException",
  });
  await t.rejects(world.call("PutAccountSetting", { name: "taskLongArnFormat", value: "disabled" }), {
    code: "NotImplemented",
  });
});

t.test("STS tells callers who they are", async (t) => {
  t.same(await stsWing().handlers.GetCallerIdentity({}, CALLER), {
    UserId: "BERTHTEST",
    Account: "000000000000",
    Arn: CALLER.principal,
  });
});
