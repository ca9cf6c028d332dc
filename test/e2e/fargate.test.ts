import { type Service, type Task, waitUntilServicesStable } from "@aws-sdk/client-ecs";
import t from "tap";
import { aBerth, THREE_HOSTS } from "../support/berth.ts";
import { cpuCgroupOf } from "../support/cgroup-of.ts";
import { eventsUntil } from "../support/events.ts";
import { idOf, script, tasksOf } from "../support/tasks.ts";
import { until } from "../support/until.ts";

// Fargate on a real engine: sizes that the kernel holds, capacity that is waited for, and services: there is room for five tasks.

t.setTimeout(600_000);
const berth = await aBerth(t, {
  config: `${THREE_HOSTS}fargate: { vcpu: 1.25, memory: 2560, spotNoticeSeconds: 2 }\nservices: { healthyAfterSeconds: 1 }\n`,
});
const { ecs } = berth;
const tasks = tasksOf(ecs);

const SIZE = {
  networkMode: "awsvpc" as const,
  requiresCompatibilities: ["FARGATE" as const],
  cpu: "256",
  memory: "512",
};
const ON_FARGATE = {
  launchType: "FARGATE" as const,
  networkConfiguration: { awsvpcConfiguration: { subnets: ["subnet-us-east-1b"] } },
};
/** Fills 200 MiB after 200 MiB until it is killed, in the memory that its files on tmpfs and its programs share. */
const ALLOCATES = "x=a; while :; do x=$x$x$x$x; done";

/** The share of a core that a container used, measured until it has used a second's worth of it; both read by the engine. */
const coresUsed = async (id: string): Promise<number> => {
  const look = async () => {
    const { read, cpu_stats } = await berth.engine.docker.getContainer(id).stats({ stream: false, "one-shot": true });
    return { at: Date.parse(read), used: cpu_stats.cpu_usage.total_usage / 1e6 };
  };
  const from = await look();
  const to = await until("it to use a second of a core", look, ({ used }) => used - from.used >= 1_000);
  return (to.used - from.used) / (to.at - from.at);
};

const define = async (): Promise<string> => {
  const { taskDefinition } = await ecs.registerTaskDefinition({
    family: "web",
    ...SIZE,
    containerDefinitions: [script("trap 'exit 0' TERM; sleep 1000 & wait", { stopTimeout: 2 })],
  });
  return taskDefinition!.taskDefinitionArn!;
};
const described = async (): Promise<Service> => (await ecs.describeServices({ services: ["web"] })).services![0]!;
const tasksOfService = async (): Promise<Task[]> => {
  const { taskArns = [] } = await ecs.listTasks({ serviceName: "web" });
  return taskArns.length === 0 ? [] : ((await ecs.describeTasks({ tasks: taskArns })).tasks ?? []);
};
const stable = () =>
  waitUntilServicesStable({ client: ecs, maxWaitTime: 120, minDelay: 1, maxDelay: 1 }, { services: ["web"] });
const providers = (found: readonly Task[]): string[] =>
  found.map(({ capacityProviderName = "none" }) => capacityProviderName).sort();

// It goes on running, and leaves room for one task.
t.test("a service on Fargate is rolled onto a strategy, which splits its tasks and keeps them split", async (t) => {
  const first = await define();
  await ecs.createService({
    serviceName: "web",
    taskDefinition: first,
    launchType: "FARGATE",
    desiredCount: 2,
    networkConfiguration: { awsvpcConfiguration: { subnets: ["subnet-us-east-1a", "subnet-us-east-1b"] } },
  });
  await stable();
  t.match(await tasksOfService(), [
    { launchType: "FARGATE", platformVersion: "1.4.0", containerInstanceArn: undefined, lastStatus: "RUNNING" },
    { launchType: "FARGATE", attachments: [{ type: "ElasticNetworkInterface", status: "ATTACHED" }] },
  ]);

  await ecs.putClusterCapacityProviders({
    cluster: "default",
    capacityProviders: ["FARGATE", "FARGATE_SPOT"],
    defaultCapacityProviderStrategy: [],
  });
  const second = await define();
  await ecs.updateService({
    service: "web",
    taskDefinition: second,
    desiredCount: 4,
    forceNewDeployment: true,
    capacityProviderStrategy: [
      { capacityProvider: "FARGATE", base: 1 },
      { capacityProvider: "FARGATE_SPOT", weight: 1 },
    ],
  });
  await stable();
  const rolled = await tasksOfService();
  t.strictSame(providers(rolled), ["FARGATE", "FARGATE_SPOT", "FARGATE_SPOT", "FARGATE_SPOT"]);
  t.ok(rolled.every(({ taskDefinitionArn, lastStatus }) => taskDefinitionArn === second && lastStatus === "RUNNING"));
  const service = await described();
  t.match(service, { deployments: [{ rolloutState: "COMPLETED", failedTasks: 0 }], launchType: undefined });
  const deploymentId = service.deployments?.[0]?.id ?? "";
  const told = await eventsUntil(
    berth,
    ({ detail }) => detail.deploymentId === deploymentId && detail.eventName === "SERVICE_DEPLOYMENT_COMPLETED",
  );
  t.strictSame(
    told.filter(({ detail }) => detail.deploymentId === deploymentId).map(({ detail }) => detail.eventName),
    ["SERVICE_DEPLOYMENT_IN_PROGRESS", "SERVICE_DEPLOYMENT_COMPLETED"],
  );

  const taken = rolled.find(({ capacityProviderName }) => capacityProviderName === "FARGATE_SPOT")!;
  await berth.cli("spot", "interrupt", idOf(taken));
  const kept = await until(
    "another task in the place of the one that Spot took back",
    tasksOfService,
    (now) =>
      now.filter(({ lastStatus }) => lastStatus === "RUNNING").length === 4 &&
      now.every(({ taskArn }) => taskArn !== taken.taskArn),
  );
  t.strictSame(providers(kept), providers(rolled));
});

t.test(
  "a task is held to its size by the kernel, the next waits until it has gone, and nothing of a host is shown",
  async (t) => {
    const { memory: _, ...busy } = script(`while [ ! -e /go ]; do :; done; ${ALLOCATES}`);
    const first = await tasks.is("RUNNING", await tasks.run([busy], SIZE, ON_FARGATE));
    t.match(first, { launchType: "FARGATE", availabilityZone: "us-east-1b", containerInstanceArn: undefined });

    const waiting = await tasks.run([script("echo at last")], SIZE, ON_FARGATE);
    t.equal(waiting.lastStatus, "PROVISIONING");
    t.match((await berth.cli("hosts")).stdout, /\n1\.25 +1\.25 +0 +2560 +2560 +0 +5 +ACTIVE/, "nothing of it is free");
    const why = await berth.cli("why", idOf(waiting));
    t.match(why.stdout, /waits for a host/);
    t.match(why.stdout, /needs 256 CPU units, 0 CPU units free of 1280/);

    const [container] = await berth.engine.containersOf(first.taskArn!);
    const { State } = await berth.engine.docker.getContainer(container!.Id).inspect();
    const cgroup = await cpuCgroupOf(State.Pid);
    t.equal(cgroup.parentQuotaUs, 25_000, "a quarter of a core");
    const cores = await coresUsed(container!.Id);
    t.ok(cores < 0.3, `and it uses no more, though it never rests: ${cores.toFixed(2)} cores`);
    await berth.cli("exec", idOf(first), "--", "touch", "/go");
    t.match(await tasks.stopped(first), {
      containers: [{ exitCode: 137, reason: /^OutOfMemoryError/ }],
    });
    t.match(await tasks.stopped(waiting), { containers: [{ exitCode: 0 }] });
    t.strictSame(await berth.logs(waiting.taskArn!), ["at last"]);
  },
);

t.test("tasks of a cluster on Fargate and on its hosts reach each other at their addresses", async (t) => {
  const serves = (says: string) =>
    script(
      `mkdir /www; echo ${says} > /www/index.html; trap "exit 0" TERM; httpd -p 8080 -h /www; sleep 600 & wait $!`,
    );
  const mode = { networkMode: "awsvpc" as const };
  const { networkConfiguration } = ON_FARGATE;
  const { memory: _, ...small } = serves("fargate");
  const placed = await Promise.all([
    tasks.run([small], SIZE, ON_FARGATE),
    tasks.run([serves("a-host")], mode, { networkConfiguration }),
  ]);
  const both = await Promise.all(placed.map((task) => tasks.is("RUNNING", task)));
  const addressOf = (task: (typeof both)[number]) => task.containers?.[0]?.networkInterfaces?.[0]?.privateIpv4Address;
  const [onFargate, onHost] = both;
  const asks = (from: (typeof both)[number], whom: (typeof both)[number]) =>
    until(
      `a web server at ${addressOf(whom)} to answer`,
      () => berth.cli("exec", idOf(from), "--", "timeout", "5", "wget", "-qO-", `http://${addressOf(whom)}:8080`),
      ({ code }) => code === 0,
    );
  t.match(await asks(onFargate!, onHost!), { stdout: "a-host\n" });
  t.match(await asks(onHost!, onFargate!), { stdout: "fargate\n" });
  for (const task of both) await berth.ecs.stopTask({ task: task.taskArn! });
  await Promise.all(both.map((task) => tasks.stopped(task)));
});

t.test(
  "a task on Spot is told to end when it is taken back, and killed where it does not within the notice",
  async (t) => {
    await berth.ecs.putClusterCapacityProviders({
      cluster: "default",
      capacityProviders: ["FARGATE", "FARGATE_SPOT"],
      defaultCapacityProviderStrategy: [{ capacityProvider: "FARGATE_SPOT", weight: 1 }],
    });
    const { networkConfiguration } = ON_FARGATE;
    const stubborn = script(`trap "echo told" TERM; echo up; while :; do sleep 1; done`);
    const task = await tasks.is("RUNNING", await tasks.run([stubborn], SIZE, { networkConfiguration }));
    t.match(task, { capacityProviderName: "FARGATE_SPOT", launchType: "FARGATE" });
    await berth.says(task.taskArn!, "up");
    t.match(await berth.cli("ps"), { stdout: /FARGATE_SPOT.*\$0\.0/ });
    t.match(await berth.cli("spot", "interrupt", idOf(task)), { code: 0, stdout: /killed in 2 s/ });
    t.match(await tasks.stopped(task), {
      stopCode: "SpotInterruption",
      stoppedReason: "Your Spot Task was interrupted.",
      containers: [{ exitCode: 137 }],
    });
    t.strictSame(await berth.logs(task.taskArn!), ["up", "told"]);
  },
);
