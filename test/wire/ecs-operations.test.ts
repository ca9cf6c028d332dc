import {
  CreateServiceCommand,
  CreateTaskSetCommand,
  DeleteServiceCommand,
  DescribeTaskDefinitionCommand,
  DescribeTasksCommand,
  ECSClient,
  PutClusterCapacityProvidersCommand,
  paginateListTaskDefinitions,
  RegisterTaskDefinitionCommand,
  RunTaskCommand,
  StopTaskCommand,
  UpdateServiceCommand,
  waitUntilServicesInactive,
  waitUntilServicesStable,
  waitUntilTasksStopped,
} from "@aws-sdk/client-ecs";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import t from "tap";
import { stsWing } from "../../src/sts/index.ts";
import { anEcsWorld } from "../support/ecs-world.ts";
import { aServiceTask } from "../support/service-task.ts";
import { ACCESS_KEY_ID, aWire, USER } from "./support/a-wire.ts";

const REGION = "us-east-1";
const ACCOUNT = "111122223333";

t.test("ECS as AWS's own client meets it", async (t) => {
  const world = await anEcsWorld(t, { scope: { account: ACCOUNT, region: REGION } });
  const wire = await aWire(t, { services: [world.wing, stsWing()] });
  const client = new ECSClient({ ...wire.client, region: REGION });
  t.teardown(() => client.destroy());

  await t.test("a task is registered, run, stopped and waited for", async (t) => {
    await world.addHost("h1");
    const { taskDefinition } = await client.send(
      new RegisterTaskDefinitionCommand({
        family: "web",
        containerDefinitions: [{ name: "web", image: "nginx", memory: 64, command: ["true"] }],
      }),
    );
    t.match(taskDefinition, {
      taskDefinitionArn: `arn:aws:ecs:${REGION}:${ACCOUNT}:task-definition/web:1`,
      registeredBy: USER,
      registeredAt: Date,
    });
    const { tasks } = await client.send(new RunTaskCommand({ taskDefinition: "web", count: 1 }));
    const taskArn = tasks![0]!.taskArn!;
    const { task } = await client.send(new StopTaskCommand({ task: taskArn }));
    t.match(task, { desiredStatus: "STOPPED", stoppedReason: "Task stopped by user" });
    await world.observe(taskArn, {
      status: "STOPPED",
      stoppedAt: 1_700_000_000_000,
      containers: [{ name: "web", status: "STOPPED", exitCode: 0, bindings: [], restartCount: 0 }],
    });
    const waited = await waitUntilTasksStopped({ client, maxWaitTime: 10 }, { tasks: [taskArn] });
    t.equal(waited.state, "SUCCESS");
    const { tasks: stopped } = await client.send(new DescribeTasksCommand({ tasks: [taskArn] }));
    t.match(stopped, [
      { lastStatus: "STOPPED", stoppedAt: new Date(1_700_000_000_000), containers: [{ exitCode: 0 }] },
    ]);
  });

  await t.test("a service is waited for until it is stable, and until it is inactive", async (t) => {
    const waiting = { client, maxWaitTime: 60, minDelay: 1, maxDelay: 1 };
    const asked = { services: ["web"] };
    const { service } = await client.send(
      new CreateServiceCommand({ serviceName: "web", taskDefinition: "web", desiredCount: 1 }),
    );
    t.match(service, {
      serviceArn: `arn:aws:ecs:${REGION}:${ACCOUNT}:service/default/web`,
      createdAt: Date,
      deployments: [{ status: "PRIMARY", createdAt: Date, rolloutState: "IN_PROGRESS" }],
    });
    const task = await aServiceTask(world, "web", "web", { account: ACCOUNT, region: REGION });
    await t.rejects(waitUntilServicesStable({ ...waiting, maxWaitTime: 2 }, asked), { name: "TimeoutError" });
    await world.observe(task.id, { status: "RUNNING", startedAt: 1_700_000_000_000 });
    t.equal((await waitUntilServicesStable(waiting, asked)).state, "SUCCESS");
    await client.send(
      new PutClusterCapacityProvidersCommand({
        cluster: "default",
        capacityProviders: ["FARGATE"],
        defaultCapacityProviderStrategy: [],
      }),
    );
    const onto = (capacityProviderStrategy: { capacityProvider: string; weight: number }[]) =>
      client.send(new UpdateServiceCommand({ service: "web", forceNewDeployment: true, capacityProviderStrategy }));
    await t.rejects(onto([{ capacityProvider: "FARGATE", weight: 1 }]), {
      message: /does not support launch_type FARGATE/,
    });
    t.match((await onto([])).service, { launchType: "EC2" }, "an empty strategy arrives as one");
    await t.rejects(client.send(new DeleteServiceCommand({ service: "web" })), { name: "InvalidParameterException" });
    const deleted = await client.send(new DeleteServiceCommand({ service: "web", force: true }));
    t.equal(deleted.service?.status, "DRAINING");
    await world.keep("web", (now) => ({ ...now, status: "INACTIVE" }));
    t.equal((await waitUntilServicesInactive(waiting, asked)).state, "SUCCESS");
    await t.rejects(client.send(new UpdateServiceCommand({ service: "web", desiredCount: 1 })), {
      name: "ServiceNotActiveException",
      message: "Service was not ACTIVE.",
    });
  });

  await t.test("the SDK's paginator sees every revision once", async (t) => {
    for (let index = 0; index < 4; index += 1)
      await client.send(
        new RegisterTaskDefinitionCommand({
          family: "paged",
          containerDefinitions: [{ name: "web", image: "nginx", memory: 64 }],
        }),
      );
    const seen: string[] = [];
    for await (const page of paginateListTaskDefinitions({ client, pageSize: 3 }, { familyPrefix: "paged" }))
      seen.push(...(page.taskDefinitionArns ?? []).map((arn) => arn.split("/")[1]!));
    t.same(seen, ["paged:1", "paged:2", "paged:3", "paged:4"]);
  });

  await t.test("errors have AWS's names, words and status", async (t) => {
    const status = (httpStatusCode: number) => ({ $metadata: { httpStatusCode } });
    await t.rejects(client.send(new DescribeTaskDefinitionCommand({ taskDefinition: "nobody" })), {
      name: "ClientException",
      message: "Unable to describe task definition.",
      ...status(400),
    });
    await t.rejects(client.send(new RunTaskCommand({ taskDefinition: "web", cluster: "nowhere" })), {
      name: "ClusterNotFoundException",
      message: "Cluster not found.",
      ...status(400),
    });
    await t.rejects(client.send(new RunTaskCommand({ taskDefinition: "web", launchType: "EXTERNAL" })), {
      message: "Launch type EXTERNAL is not built in Berth yet.",
      ...status(501),
    });
    await t.rejects(client.send(new CreateTaskSetCommand({ service: "web", cluster: "c", taskDefinition: "web" })), {
      message: /CreateTaskSet/,
      ...status(501),
    });
    const token = { taskDefinition: "web", clientToken: "once" };
    const { tasks } = await client.send(new RunTaskCommand(token));
    t.equal(tasks?.length, 1);
    await t.rejects(client.send(new RunTaskCommand({ ...token, count: 2 })), {
      name: "ConflictException",
      ...status(400),
    });
  });

  await t.test("STS tells the signer who it is", async (t) => {
    const sts = new STSClient({ ...wire.client, region: REGION });
    t.teardown(() => sts.destroy());
    t.match(await sts.send(new GetCallerIdentityCommand({})), { Account: ACCOUNT, Arn: USER, UserId: ACCESS_KEY_ID });
  });

  t.same(wire.logged, [], "nothing broke, and no answer strayed from AWS's model");
});
