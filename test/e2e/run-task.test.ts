import { PassThrough, Readable } from "node:stream";
import { CloudWatchLogs } from "@aws-sdk/client-cloudwatch-logs";
import { waitUntilTasksStopped } from "@aws-sdk/client-ecs";
import t from "tap";
import { converse } from "../../src/cli/exec/converse.ts";
import { openSocket } from "../../src/cli/exec/socket.ts";
import { aBerth } from "../support/berth.ts";
import { anOut } from "../support/cli.ts";
import { leavesNothing } from "../support/leaves-nothing.ts";
import { idOf, script, tasksOf } from "../support/tasks.ts";
import { until } from "../support/until.ts";

// Tasks as they are asked for, placed and stopped; by AWS's own client, /api and the berth command.

t.setTimeout(600_000);
const berth = await aBerth(t);
const { ecs } = berth;
const tasks = tasksOf(ecs);

/** Ends with exit code 3 when it is asked to, and in no other way. */
const WAITS = `trap "exit 3" TERM; echo waits; while :; do sleep 60 & wait $!; done`;

t.test("three tasks spread over three hosts, run and stop with exit code 0", async (t) => {
  const family = await tasks.define([script("exit 0")]);
  const placed = await tasks.runMany(family, {
    count: 3,
    placementStrategy: [{ type: "spread", field: "instanceId" }],
  });
  const arns = placed.map(({ taskArn }) => taskArn!);
  await waitUntilTasksStopped({ client: ecs, maxWaitTime: 30, minDelay: 0.2, maxDelay: 0.5 }, { tasks: arns });
  const { tasks: stopped = [] } = await ecs.describeTasks({ tasks: arns });
  t.equal(new Set(stopped.map(({ containerInstanceArn }) => containerInstanceArn)).size, 3, "three hosts");
  for (const task of stopped)
    t.match(task, {
      lastStatus: "STOPPED",
      desiredStatus: "STOPPED",
      stopCode: "EssentialContainerExited",
      stoppedReason: "Essential container in task exited",
      containers: [{ exitCode: 0, lastStatus: "STOPPED" }],
    });
  const times = [
    "createdAt",
    "pullStartedAt",
    "pullStoppedAt",
    "startedAt",
    "executionStoppedAt",
    "stoppedAt",
  ] as const;
  const [first] = stopped;
  const told = times.map((name) => first![name]?.getTime());
  t.strictSame(told, told.toSorted(), "all times, in their order");
});

t.test("berth run --wait prints what the task prints and exits as its container does", async (t) => {
  const { code, stdout, stderr } = await berth.cli(
    "run",
    "--wait",
    "berth/busybox",
    "--",
    "sh",
    "-c",
    "echo hi; exit 7",
  );
  t.equal(code, 7, stderr);
  t.equal(stdout, "hi\n");
  t.match(stderr, /host-\d/, "and tells where it was placed");
});

t.test("berth exec runs a program in a running task: input, both outputs, exit code, a terminal", async (t) => {
  const task = await tasks.is("RUNNING", await tasks.run([script(WAITS)]));
  const id = idOf(task);
  const run = await berth.cli("exec", id.slice(0, 12), "--", "sh", "-c", "echo out; echo err >&2; exit 5");
  t.strictSame(run, { code: 5, stdout: "out\n", stderr: "err\n" });
  t.match(await berth.cli("exec", "-c", "nobody", id, "--", "true"), { code: 1, stderr: /has no container nobody/ });

  const connection = { url: berth.url, apiToken: berth.keys.apiToken, region: "us-east-1" };
  const open = (words: string[], options: Record<string, string> = {}) => {
    const query = new URLSearchParams(options);
    for (const word of words) query.append("command", word);
    return openSocket(connection, `/tasks/${id}/exec?${query}`);
  };
  const piped = anOut();
  const input = Readable.from([Buffer.from("one\ntwo\n")], { objectMode: false });
  t.equal(await converse(await open(["cat"]), { input }, piped.out), 0);
  t.strictSame(piped.said, { ...piped.said, stdout: "one\ntwo\n", stderr: "" });

  const shown = anOut();
  const keys = new PassThrough();
  let size = { columns: 100, rows: 30 };
  let resized = () => {};
  const terminal = {
    input: keys,
    size: () => size,
    onResize: (changed: () => void) => {
      resized = changed;
      return () => {};
    },
  };
  const shell = await open(["sh"], { tty: "true", columns: "100", rows: "30" });
  const ended = converse(shell, terminal, shown.out);
  const shows = (what: RegExp) =>
    until(
      `the terminal to show ${what}`,
      async () => shown.said.stdout,
      (text) => what.test(text),
    );
  keys.write("stty size; tty\n");
  await shows(/30 100\r\n\/dev\/pts\//);
  size = { columns: 90, rows: 20 };
  resized();
  keys.write("until stty size | grep -q '20 90'; do true; done; echo re''sized\n");
  await shows(/resized/);
  keys.write("exit 3\n");
  t.equal(await ended, 3);

  const top = await berth.cli("top", "--no-watch", "--interval", "1");
  t.match(
    top,
    { code: 0, stdout: new RegExp(`${id.slice(0, 8)}.* host-\\d +\\d+/- +- +\\d+/32 `) },
    "berth top shows it",
  );

  await ecs.stopTask({ task: task.taskArn! });
  await tasks.stopped(task);
  t.match(await berth.cli("exec", id, "--", "true"), { code: 1, stderr: /The task is STOPPED/ });
});

t.test("an image that cannot be pulled, a program that is not there: the task says why it did not start", async (t) => {
  const image = "127.0.0.1:9/no/such:image";
  const [pulled, started] = await Promise.all([
    tasks.run([script("exit 0", { image })]),
    tasks.run([script("exit 0", { command: ["/no-such-program"] })]),
  ]);
  t.match(await tasks.stopped(pulled), {
    stopCode: "TaskFailedToStart",
    stoppedReason: /^CannotPullContainerError: /,
    containers: [{ reason: /^CannotPullContainerError: / }],
  });
  const unstarted = await tasks.stopped(started);
  t.match(unstarted, { stopCode: "TaskFailedToStart", stoppedReason: /^CannotStartContainerError: .*no-such-program/ });
  t.notOk(unstarted.startedAt, "it never ran");
});

t.test(
  "with the awslogs driver what a task prints is in its log stream, live; without its group it does not start",
  async (t) => {
    const logs = new CloudWatchLogs({ endpoint: berth.url, region: "us-east-1", credentials: berth.keys });
    t.teardown(() => logs.destroy());
    const to = (options: Record<string, string>) => ({
      logConfiguration: { logDriver: "awslogs" as const, options: { "awslogs-region": "us-east-1", ...options } },
    });
    const [printing, groupless] = await Promise.all([
      tasks.run([
        script(
          `echo one; echo two >&2; ${WAITS}`,
          to({ "awslogs-group": "/e2e", "awslogs-stream-prefix": "p", "awslogs-create-group": "true" }),
        ),
      ]),
      tasks.run([script("exit 0", to({ "awslogs-group": "/none" }))]),
    ]);
    t.match(await tasks.stopped(groupless), {
      stopCode: "TaskFailedToStart",
      stoppedReason:
        /^CannotStartContainerError: Error response from daemon: failed to initialize logging driver: failed to create Cloudwatch log stream: ResourceNotFoundException: The specified log group does not exist\./,
    });
    const { events = [] } = await until(
      "the lines to be in the group",
      () => logs.filterLogEvents({ logGroupName: "/e2e", filterPattern: "" }).catch(() => ({ events: [] })),
      ({ events: so = [] }) => so.length === 3,
    );
    t.same(events.map(({ message }) => message).toSorted(), ["one", "two", "waits"]);
    t.equal(events[0]?.logStreamName, `p/main/${idOf(printing)}`);
    t.ok(Math.abs((events[0]?.timestamp ?? 0) - printing.createdAt!.getTime()) < 60_000, "Docker's stamp");
    await berth.says(printing.taskArn!, "waits");
    await ecs.stopTask({ task: printing.taskArn! });
    await tasks.stopped(printing);
  },
);

t.test("StopTask asks with TERM, and kills who does not heed it in time", async (t) => {
  const [polite, stubborn] = await Promise.all([
    tasks.run([script(WAITS)]),
    tasks.run([script(`trap "" TERM; echo waits; while :; do sleep 1; done`, { stopTimeout: 2 })]),
  ]);
  await Promise.all([polite, stubborn].map((task) => tasks.is("RUNNING", task)));
  for (const task of [polite, stubborn]) await berth.says(task.taskArn!, "waits");
  for (const task of [polite, stubborn]) await ecs.stopTask({ task: task.taskArn!, reason: "enough" });
  const asked = { stopCode: "UserInitiated", stoppedReason: "enough" };
  t.match(await tasks.stopped(polite), { ...asked, containers: [{ exitCode: 3 }] });
  t.match(await tasks.stopped(stubborn), { ...asked, containers: [{ exitCode: 137 }] });
});

t.test(
  "in mode awsvpc a task has an address: its containers meet on localhost, and other tasks meet it there",
  async (t) => {
    const mode = { networkMode: "awsvpc" as const };
    const inZone = (zone: string) => ({
      networkConfiguration: { awsvpcConfiguration: { subnets: [`subnet-${zone}`], securityGroups: ["sg-1"] } },
    });
    const web = script(`mkdir /www; echo hello > /www/index.html; httpd -p 8080 -h /www; ${WAITS}`, {
      name: "web",
      portMappings: [{ containerPort: 8080 }],
    });
    const beside = script(`until wget -qO- http://localhost:8080 2>&-; do sleep 0.2; done; ${WAITS}`, {
      name: "beside",
    });
    const placed = await tasks.run([web, beside], mode, inZone("us-east-1b"));
    const address = placed.attachments?.[0]?.details?.find(({ name }) => name === "privateIPv4Address")?.value;
    t.match(address, /^10\.42\.\d+\.\d+$/, "as it is placed");
    const server = await tasks.is("RUNNING", placed);
    t.match(server, {
      availabilityZone: "us-east-1b",
      attachments: [{ type: "ElasticNetworkInterface", status: "ATTACHED" }],
    });
    t.strictSame(
      server.containers?.map((one) => [one.name, one.networkBindings, one.networkInterfaces?.[0]?.privateIpv4Address]),
      [
        ["web", [], address],
        ["beside", [], address],
      ],
    );
    await berth.says(server.taskArn!, "hello");
    t.match((await berth.cli("why", idOf(server))).stdout, /Security groups are not enforced: sg-1\./);
    const caller = await tasks.run(
      [script(`wget -qO- http://${address}:8080; hostname -i; ip -o link`)],
      mode,
      inZone("us-east-1a"),
    );
    const details = Object.fromEntries(caller.attachments![0]!.details!.map(({ name, value }) => [name, value]));
    t.match(await tasks.stopped(caller), { containers: [{ exitCode: 0 }], attachments: [{ status: "DELETED" }] });
    const [greeting, own, ...links] = await berth.logs(caller.taskArn!);
    t.strictSame([greeting, own], ["hello", details.privateIPv4Address]);
    t.match(links.join(), new RegExp(details.macAddress!));
    await ecs.stopTask({ task: server.taskArn! });
    t.match(await tasks.stopped(server), { stopCode: "UserInitiated", containers: [{ exitCode: 3 }, { exitCode: 3 }] });
  },
);

t.test("tasks are listed by what they are, and described one by one", async (t) => {
  const family = await tasks.define([script(WAITS)]);
  const [one] = await tasks.runMany(family, { startedBy: "me" });
  const [other] = await tasks.runMany(family);
  const listed = async (filter: Parameters<typeof ecs.listTasks>[0]) =>
    (await ecs.listTasks(filter)).taskArns!.toSorted();
  const both = [one!.taskArn!, other!.taskArn!].toSorted();
  t.strictSame(await listed({ family }), both);
  t.strictSame(await listed({ startedBy: "me" }), [one!.taskArn!]);
  t.strictSame(await listed({ family, containerInstance: one!.containerInstanceArn! }), [one!.taskArn!]);
  t.strictSame(await listed({ family, desiredStatus: "STOPPED" }), []);
  for (const taskArn of both) await ecs.stopTask({ task: taskArn });
  await Promise.all([one!, other!].map((task) => tasks.stopped(task)));
  t.strictSame(await listed({ family, desiredStatus: "STOPPED" }), both);
  t.match(await ecs.describeTasks({ tasks: [idOf(one!), "0".repeat(32)] }), {
    tasks: [{ taskArn: one!.taskArn, startedBy: "me" }],
    failures: [{ reason: "MISSING" }],
  });
});

t.test("the same client token is the same task, and another request under it is refused", async (t) => {
  const family = await tasks.define([script("exit 0")]);
  const asked = { taskDefinition: family, clientToken: "once" };
  const [first, again] = await Promise.all([ecs.runTask(asked), ecs.runTask(asked)]);
  t.equal(first.tasks![0]!.taskArn, again.tasks![0]!.taskArn);
  await t.rejects(ecs.runTask({ ...asked, count: 2 }), { name: "ConflictException" });
  await tasks.stopped(first.tasks![0]!);
});

t.test("a registered slice takes tasks; full, it refuses with its figures, and berth why prints them", async (t) => {
  await ecs.createCluster({ clusterName: "small" });
  const cluster = "small";
  const { containerInstance } = await ecs.registerContainerInstance({
    cluster,
    totalResources: [
      { name: "CPU", type: "INTEGER", integerValue: 256 },
      { name: "MEMORY", type: "INTEGER", integerValue: 128 },
    ],
  });
  const { containerInstanceArn } = containerInstance!;
  await until(
    "the new slice to be connected",
    () => ecs.describeContainerInstances({ cluster, containerInstances: [containerInstanceArn!] }),
    ({ containerInstances = [] }) => containerInstances[0]?.agentConnected === true,
  );
  const family = await tasks.define([script(WAITS, { memory: 100 })]);
  const [task] = await tasks.runMany(family, { cluster });
  t.equal(task!.containerInstanceArn, containerInstanceArn);
  const refused = await ecs.runTask({ cluster, taskDefinition: family });
  t.match(refused, {
    tasks: [],
    failures: [{ arn: task!.containerInstanceArn, reason: "RESOURCE:MEMORY", detail: /100 MiB.*28/ }],
  });
  const why = await berth.cli("why");
  t.match(why, { code: 0, stdout: /RESOURCE:MEMORY.*100 MiB.*28/ });
  const hopeless = await ecs.runTask({ cluster, taskDefinition: await tasks.define([script(WAITS, { memory: 129 })]) });
  t.match(hopeless.failures, [{ reason: "RESOURCE:MEMORY", detail: /could never hold/ }], "in other words");
  await tasks.is("RUNNING", task!);
  await ecs.stopTask({ cluster, task: task!.taskArn! });
  await tasks.stopped(task!);
});

t.test("a host that drains gets no new tasks and keeps those it has", async (t) => {
  const family = await tasks.define([script(WAITS)]);
  const [task] = await tasks.runMany(family);
  const containerInstances = [task!.containerInstanceArn!];
  await ecs.updateContainerInstancesState({ containerInstances, status: "DRAINING" });
  const memberOf = [{ type: "memberOf" as const, expression: "attribute:ecs.availability-zone exists" }];
  const placed = await tasks.runMany(family, { count: 4, placementConstraints: memberOf });
  t.notOk(placed.some(({ containerInstanceArn }) => containerInstanceArn === task!.containerInstanceArn));
  const named = await ecs.startTask({ taskDefinition: family, containerInstances });
  t.match(named, { tasks: [], failures: [{ arn: containerInstances[0] }] });
  await tasks.is("RUNNING", task!);
  for (const { taskArn } of [task!, ...placed]) await ecs.stopTask({ task: taskArn! });
  await Promise.all([task!, ...placed].map((one) => tasks.stopped(one)));
  await ecs.updateContainerInstancesState({ containerInstances, status: "ACTIVE" });
});

t.test("what does not exist is named in ECS's words", async (t) => {
  const family = await tasks.define([script("exit 0")]);
  await t.rejects(ecs.runTask({ cluster: "nowhere", taskDefinition: family }), {
    name: "ClusterNotFoundException",
    message: "Cluster not found.",
  });
  await t.rejects(ecs.runTask({ taskDefinition: "nothing" }), { name: "ClientException", message: /not found/ });
  await t.rejects(ecs.runTask({ taskDefinition: `${family}:99` }), { name: "ClientException", message: /not found/ });
  await t.rejects(ecs.stopTask({ task: "0".repeat(32) }), { name: "InvalidParameterException", message: /not found/ });
  await ecs.createCluster({ clusterName: "empty" });
  await t.rejects(ecs.runTask({ cluster: "empty", taskDefinition: family }), {
    name: "InvalidParameterException",
    message: "No Container Instances were found in your cluster.",
  });
});

await leavesNothing(t, berth);
