import { once } from "node:events";
import { type AddressInfo, connect, createServer } from "node:net";
import { text } from "node:stream/consumers";
import type { Service, Task, TaskDefinition } from "@aws-sdk/client-ecs";
import t, { type Test } from "tap";
import { open } from "../../src/cli/commands/open.ts";
import type { Ecs } from "../../src/cli/ecs.ts";
import { isServing, targetOf } from "../../src/cli/open/targets.ts";
import { anApi, anOut } from "../support/cli.ts";
import { until } from "../support/until.ts";

const ARN = "arn:aws:ecs:us-east-1:000000000000";
const ID = "3f2a91c0".padEnd(32, "0");

const aTask = (hostPort: number, more: Partial<Task> = {}): Task => ({
  taskArn: `${ARN}:task/default/${ID}`,
  lastStatus: "RUNNING",
  desiredStatus: "RUNNING",
  containers: [{ networkBindings: [{ bindIP: "127.0.0.1", containerPort: 80, hostPort, protocol: "tcp" }] }],
  ...more,
});

/** A program that answers whatever it is sent with its name before it. */
const aProgram = async (t: Test, name: string) => {
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    let said = "";
    socket.on("data", (bytes) => {
      said += bytes;
    });
    socket.on("end", () => socket.end(`${name}: ${said}`));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const close = (): void => void server.close();
  t.teardown(close);
  return { port: (server.address() as AddressInfo).port, close };
};

/** `berth open` over a service `web`, or a task, whose tasks are as the test has them. */
const opened = async (t: Test, what: string, tasks: Task[], definition: TaskDefinition = {}, port = 80) => {
  const world = { tasks };
  const service: Service = { serviceName: "web", clusterArn: `${ARN}:cluster/default`, status: "ACTIVE" };
  const ecs = {
    listClusters: async () => ({ clusterArns: [`${ARN}:cluster/default`] }),
    describeServices: async ({ services = [] }: { services?: string[] }) => ({
      services: services.includes("web") ? [service] : [],
    }),
    listTasks: async () => ({ taskArns: world.tasks.map(({ taskArn = "" }) => taskArn) }),
    describeTasks: async () => ({ tasks: world.tasks }),
    describeTaskDefinition: async () => ({ taskDefinition: definition }),
  } as unknown as Ecs;
  const { api } = anApi({ "/hosts": [{ instanceId: "i1", publishAddress: "127.0.0.1" }] });
  const ending = new AbortController();
  t.teardown(() => ending.abort());
  const { out, said } = anOut();
  const over = open({ ecs, api, out, signal: ending.signal }, what, port, {});
  over.catch(() => {});
  const address = async (): Promise<number> => {
    const shown = await until(
      "the address",
      async () => said.stdout,
      (words) => words.endsWith("\n"),
    );
    return Number(shown.trim().split(":")[1]);
  };
  const ask = async (words: string): Promise<string> => {
    const socket = connect({ host: "127.0.0.1", port: await address(), allowHalfOpen: true });
    socket.on("error", () => {});
    socket.end(words);
    return text(socket).catch(() => "");
  };
  return { world, said, over, ask, end: () => ending.abort() };
};

t.test("a local address leads to a service's tasks in turn, and stays while they are replaced", async (t) => {
  const [one, two, three] = await Promise.all(["one", "two", "three"].map((name) => aProgram(t, name)));
  const { world, ask, said, over, end } = await opened(t, "web", [aTask(one!.port), aTask(two!.port)]);
  const answers = [await ask("hello"), await ask("hello")];
  t.strictSame(answers.sort(), ["one: hello", "two: hello"]);
  world.tasks = [aTask(three!.port)];
  t.equal(await ask("again"), "three: again", "at the same address");
  world.tasks = [];
  t.equal(await ask("nobody"), "");
  t.match(said.stderr, /no task takes connections/);
  world.tasks = [aTask(one!.port)];
  t.equal(await ask("back"), "one: back");
  end();
  await over;
});

t.test("a task that does not answer, or is unhealthy, is passed over", async (t) => {
  const [gone, good, bad] = await Promise.all(["gone", "good", "bad"].map((name) => aProgram(t, name)));
  gone!.close();
  const tasks = [aTask(gone!.port), aTask(good!.port), aTask(bad!.port, { healthStatus: "UNHEALTHY" })];
  const { ask } = await opened(t, "web", tasks);
  for (const _ of [1, 2, 3]) t.equal(await ask("hello"), "good: hello");
});

t.test("one task is opened while it runs; then the command ends and says so", async (t) => {
  const program = await aProgram(t, "one");
  const { world, ask, over } = await opened(t, `${ARN}:task/default/${ID}`, [aTask(program.port)]);
  t.equal(await ask("hello"), "one: hello");
  world.tasks = [aTask(program.port, { desiredStatus: "STOPPED", lastStatus: "STOPPED" })];
  await ask("gone");
  await t.rejects(over, { message: /task 3f2a91c0.* has stopped/ });
});

t.test("a port that no task publishes is named, with those it publishes", async (t) => {
  const { over } = await opened(t, "web", [
    aTask(1, { containers: [{ networkBindings: [{ containerPort: 8080, hostPort: 1 }] }] }),
  ]);
  await t.rejects(over, { message: /does not publish port 80; it publishes 8080/ });
});

t.test("a task in network mode host is met on its host, at the ports that its definition names", async (t) => {
  const { port } = await aProgram(t, "host");
  const task: Task = {
    taskArn: `${ARN}:task/default/${ID}`,
    containerInstanceArn: `${ARN}:container-instance/default/i1`,
    lastStatus: "RUNNING",
    desiredStatus: "RUNNING",
    containers: [{ name: "main", networkBindings: [] }],
  };
  const definition = (containerPort: number): TaskDefinition => ({
    networkMode: "host",
    containerDefinitions: [
      { name: "main", portMappings: [{ containerPort, hostPort: containerPort, protocol: "tcp" }] },
    ],
  });
  const { ask } = await opened(t, "web", [task], definition(port), port);
  t.equal(await ask("hello"), "host: hello");
  const { over } = await opened(t, "web", [task], definition(8080), port);
  await t.rejects(over, { message: /does not publish port \d+; it publishes 8080/ });
});

t.test("where a port is met", async (t) => {
  const everywhere = { networkBindings: [{ bindIP: "0.0.0.0", containerPort: 80, hostPort: 32_768 }] };
  t.strictSame(targetOf({ containers: [everywhere] }, 80), { host: "127.0.0.1", port: 32_768 });
  const udp = { networkBindings: [{ bindIP: "127.0.1.1", containerPort: 53, hostPort: 1, protocol: "udp" as const }] };
  t.equal(targetOf({ containers: [udp] }, 53), undefined);
  const details = [{ name: "privateIPv4Address", value: "10.42.1.7" }];
  t.strictSame(targetOf({ attachments: [{ status: "ATTACHED", details }] }, 80), { host: "10.42.1.7", port: 80 });
  t.equal(targetOf({ attachments: [{ status: "DELETED", details }] }, 80), undefined);
  t.notOk(isServing({ lastStatus: "RUNNING", desiredStatus: "STOPPED" }), "one that is to stop takes nothing new");
});
