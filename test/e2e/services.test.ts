import { setTimeout as pause } from "node:timers/promises";
import type { Service, Task } from "@aws-sdk/client-ecs";
import { waitUntilServicesInactive, waitUntilServicesStable } from "@aws-sdk/client-ecs";
import t, { type Test } from "tap";
import { aBerth, THREE_HOSTS } from "../support/berth.ts";
import { script } from "../support/tasks.ts";
import { until } from "../support/until.ts";

// Services on a real engine: rolls within their bounds, the breaker, what is killed, hosts that drain.

t.setTimeout(600_000);
const berth = await aBerth(t, {
  config: `${THREE_HOSTS}services: { healthyAfterSeconds: 1, firstBackoffSeconds: 1 }\n`,
});
const { ecs } = berth;

const define = async (text: string): Promise<string> => {
  const container = script(text, { stopTimeout: 2, portMappings: [{ containerPort: 80, hostPort: 0 }] });
  const { taskDefinition } = await ecs.registerTaskDefinition({ family: "web", containerDefinitions: [container] });
  return taskDefinition!.taskDefinitionArn!;
};
const serving = (word: string) =>
  define(`mkdir /www; echo ${word} > /www/index.html; trap 'exit 0' TERM; httpd -f -p 80 -h /www & wait`);

const described = async (name = "web"): Promise<Service> =>
  (await ecs.describeServices({ services: [name] })).services![0]!;

/** Its tasks that are to run. */
const tasksOf = async (name = "web"): Promise<Task[]> => {
  const { taskArns = [] } = await ecs.listTasks({ serviceName: name });
  return taskArns.length === 0 ? [] : ((await ecs.describeTasks({ tasks: taskArns })).tasks ?? []);
};
const arnsOf = (tasks: readonly Task[]): string[] => tasks.map(({ taskArn }) => taskArn!).sort();

/** It has one deployment, completed, and its count runs. */
const settled = (definition: string) =>
  until(
    `the service to run ${definition} and nothing else`,
    () => described(),
    ({ deployments = [], runningCount, desiredCount }) =>
      deployments.length === 1 &&
      deployments[0]?.taskDefinition === definition &&
      deployments[0].rolloutState === "COMPLETED" &&
      runningCount === desiredCount,
    { patienceMs: 120_000 },
  );

/** What a task serves; `undefined` once it is not to run any more. */
const call = async ({ taskArn }: Task): Promise<string | undefined> =>
  until(
    `${taskArn} to answer`,
    async () => {
      const [task] = (await ecs.describeTasks({ tasks: [taskArn!] })).tasks ?? [];
      if (task?.desiredStatus !== "RUNNING") return "gone";
      const [binding] = task.containers?.[0]?.networkBindings ?? [];
      if (!binding) return "";
      const answer = await fetch(`http://${binding.bindIP}:${binding.hostPort}/`).catch(() => undefined);
      return (await answer?.text().catch(() => ""))?.trim() ?? "";
    },
    (said) => said !== "",
  ).then((said) => (said === "gone" ? undefined : said));

/** Looks at the service again and again while `act` lasts; answers the most tasks and the fewest that ran. */
const sampled = async (act: () => Promise<unknown>): Promise<{ most: number; least: number; served: Set<string> }> => {
  const seen = { most: 0, least: Number.POSITIVE_INFINITY, served: new Set<string>() };
  let isOver = false;
  const looking = (async () => {
    while (!isOver) {
      const { runningCount = 0, pendingCount = 0 } = await described();
      seen.most = Math.max(seen.most, runningCount + pendingCount);
      seen.least = Math.min(seen.least, runningCount);
      const running = (await tasksOf()).filter(({ lastStatus }) => lastStatus === "RUNNING");
      for (const said of await Promise.all(running.map(call))) if (said !== undefined) seen.served.add(said);
      await pause(50);
    }
  })();
  try {
    await act();
  } finally {
    isOver = true;
    await looking;
  }
  return seen;
};

const rolled = async (
  t: Test,
  word: string,
  percents: { min: number; max: number },
  bounds: { least: number; most: number },
) => {
  const definition = await serving(word);
  const seen = await sampled(async () => {
    await ecs.updateService({
      service: "web",
      taskDefinition: definition,
      deploymentConfiguration: { minimumHealthyPercent: percents.min, maximumPercent: percents.max },
    });
    await settled(definition);
  });
  t.ok(seen.least >= bounds.least, `never fewer than ${bounds.least} ran: ${seen.least}`);
  t.ok(seen.most <= bounds.most, `never more than ${bounds.most} were wanted: ${seen.most}`);
  t.ok(seen.served.has(word), "and the new ones answered");
  return definition;
};

let v3 = "";

t.test("a service keeps its count, and the SDK's waiter sees it stable", async (t) => {
  const v1 = await serving("v1");
  await ecs.createService({ serviceName: "web", taskDefinition: v1, desiredCount: 4 });
  await waitUntilServicesStable({ client: ecs, maxWaitTime: 120, minDelay: 1, maxDelay: 1 }, { services: ["web"] });
  await settled(v1);
  const tasks = await tasksOf();
  t.equal(tasks.length, 4);
  t.equal(new Set(tasks.map(({ containerInstanceArn }) => containerInstanceArn)).size, 3, "spread over the hosts");
  t.match(tasks[0], { group: "service:web", startedBy: /^ecs-svc\/\d{19}$/ });
});

t.test("it rolls within 100 and 200 percent", async (t) => {
  await rolled(t, "v2", { min: 100, max: 200 }, { least: 4, most: 8 });
});

t.test("it rolls within 50 and 100 percent", async (t) => {
  v3 = await rolled(t, "v3", { min: 50, max: 100 }, { least: 2, most: 4 });
});

t.test("one that exits at once trips the breaker and is gone back from, every old task untouched", async (t) => {
  const before = arnsOf(await tasksOf());
  const broken = await define("exit 3");
  await ecs.updateService({
    service: "web",
    taskDefinition: broken,
    deploymentConfiguration: {
      minimumHealthyPercent: 100,
      maximumPercent: 200,
      deploymentCircuitBreaker: { enable: true, rollback: true },
    },
  });
  await until(
    "the deployment to be rolled back",
    () => ecs.listServiceDeployments({ service: "web", status: ["ROLLBACK_SUCCESSFUL"] }),
    ({ serviceDeployments = [] }) => serviceDeployments.length === 1,
    { patienceMs: 120_000 },
  );
  const { events = [] } = await settled(v3);
  t.strictSame(arnsOf(await tasksOf()), before, "the same tasks as before");
  t.ok(events.some(({ message }) => message?.includes("deployment failed: tasks failed to start.")));
});

t.test("a task whose container is killed is replaced within seconds", async (t) => {
  const [victim, ...others] = await tasksOf();
  const [container] = await berth.engine.containersOf(victim!.taskArn!);
  await berth.engine.docker.getContainer(container!.Id).kill();
  const after = await until(
    "another one to be started for it",
    () => tasksOf(),
    (tasks) => tasks.length === 4 && !arnsOf(tasks).includes(victim!.taskArn!),
  );
  const fresh = after.find(({ taskArn }) => !arnsOf([victim!, ...others]).includes(taskArn!));
  const { tasks: [dead] = [] } = await ecs.describeTasks({ tasks: [victim!.taskArn!] });
  t.match(dead, { stopCode: "EssentialContainerExited" });
  const waited = fresh!.createdAt!.getTime() - dead!.executionStoppedAt!.getTime();
  t.ok(waited < 5_000, `replaced after ${waited} ms`);
});

t.test("a host that drains gives its tasks to the others", async (t) => {
  await settled(v3);
  const instance = (await tasksOf())[0]!.containerInstanceArn!;
  await ecs.updateContainerInstancesState({ containerInstances: [instance], status: "DRAINING" });
  await until(
    "four tasks to run, none on the host that drains",
    () => tasksOf(),
    (tasks) =>
      tasks.length === 4 &&
      tasks.every(
        ({ containerInstanceArn, lastStatus }) => lastStatus === "RUNNING" && containerInstanceArn !== instance,
      ),
    { patienceMs: 120_000 },
  );
  await ecs.updateContainerInstancesState({ containerInstances: [instance], status: "ACTIVE" });
  t.equal((await tasksOf()).length, 4);
});

t.test("a daemon follows the hosts, and a deleted service ends its tasks", async (t) => {
  await ecs.deleteService({ service: "web", force: true });
  await waitUntilServicesInactive({ client: ecs, maxWaitTime: 120, minDelay: 1, maxDelay: 1 }, { services: ["web"] });
  t.strictSame(await tasksOf().catch(({ name }: Error) => name), "ServiceNotFoundException");

  const everywhere = (count: number) =>
    until(
      `the daemon to run on ${count} hosts`,
      () => tasksOf("daemon"),
      (tasks) =>
        tasks.length === count &&
        new Set(tasks.map(({ containerInstanceArn }) => containerInstanceArn)).size === count &&
        tasks.every(({ lastStatus }) => lastStatus === "RUNNING"),
      { patienceMs: 120_000 },
    );
  await ecs.createService({ serviceName: "daemon", taskDefinition: v3, schedulingStrategy: "DAEMON" });
  const instance = (await everywhere(3))[0]!.containerInstanceArn!;
  await ecs.updateContainerInstancesState({ containerInstances: [instance], status: "DRAINING" });
  await everywhere(2);
  await ecs.updateContainerInstancesState({ containerInstances: [instance], status: "ACTIVE" });
  t.equal((await everywhere(3)).length, 3);
});
