import type { Task } from "@aws-sdk/client-ecs";
import t from "tap";
import type { HostAnswer, LogAnswer, PlacementAnswer } from "../../src/cli/answers.ts";
import type { Api } from "../../src/cli/api.ts";
import { constraint, nameAndValue, portMapping, strategy } from "../../src/cli/arguments.ts";
import { addHost, drainHost, listHosts, removeHost } from "../../src/cli/commands/hosts.ts";
import { logText } from "../../src/cli/commands/logs.ts";
import { ps } from "../../src/cli/commands/ps.ts";
import { run } from "../../src/cli/commands/run.ts";
import { stopTasks } from "../../src/cli/commands/stop.ts";
import { findReasons } from "../../src/cli/commands/why.ts";
import type { Ecs } from "../../src/cli/ecs.ts";
import { failureLine } from "../../src/cli/failure.ts";
import { findTask } from "../../src/cli/find-tasks.ts";
import { logLines } from "../../src/cli/log-lines.ts";
import type { Out } from "../../src/cli/out.ts";
import { definitionOf, imageName } from "../../src/cli/run/definition.ts";
import { exitCodeOf } from "../../src/cli/run/follow.ts";
import type { ServerEvent } from "../../src/cli/server-events.ts";
import { topText } from "../../src/cli/views/top.ts";
import { refusalsText, whyText } from "../../src/cli/views/why.ts";
import { aBatch } from "../support/batch-stub.ts";
import { anApi, anOut, notAsked } from "../support/cli.ts";

const NOW = Date.parse("2026-01-01T00:10:00Z");
const ID = "3f2a91c0".padEnd(32, "0");
const OTHER_ID = "3f2b0000".padEnd(32, "0");
const ARN = "arn:aws:ecs:us-east-1:000000000000";
const RUN = { cpu: 128, memory: 128, count: 1, cluster: "default" };

const aTask = (id = ID, more: Partial<Task> = {}): Task => ({
  taskArn: `${ARN}:task/default/${id}`,
  clusterArn: `${ARN}:cluster/default`,
  taskDefinitionArn: `${ARN}:task-definition/run-busybox:3`,
  containerInstanceArn: `${ARN}:container-instance/default/instance-2`,
  lastStatus: "STOPPED",
  stopCode: "EssentialContainerExited",
  stoppedReason: "Essential container in task exited",
  containers: [{ name: "busybox", exitCode: 0 }],
  ...more,
});

const aPlacement = (more: Partial<PlacementAnswer> = {}): PlacementAnswer => ({
  requestId: "req-1",
  taskId: ID,
  cluster: "000000000000/us-east-1/default",
  group: "family:web",
  at: NOW - 300_000,
  needed: { cpuUnits: 256, memoryMiB: 512, ports: ["tcp/8080"] },
  constraints: [],
  strategies: [{ type: "spread", field: "instanceId" }],
  explanation: {
    chosen: "local-2",
    hosts: [
      { host: "local-1", lacks: [], rank: 2, scores: ["spread instanceId: 1 task"] },
      { host: "local-2", lacks: [], rank: 1, scores: ["spread instanceId: 0 tasks"] },
      {
        host: "local-3",
        lacks: [{ reason: "RESOURCE:MEMORY", detail: "needs 512 MiB, 100 of 2048 are free" }],
        scores: [],
      },
    ],
  },
  ...more,
});

const lacking = (never: boolean): PlacementAnswer["explanation"] => ({
  hosts: [
    {
      host: "local-1",
      lacks: [{ reason: "RESOURCE:MEMORY", detail: "needs 512 MiB, 100 of 2048 are free", never }],
      scores: [],
    },
  ],
});

const aHost = (id: string): HostAnswer => ({
  id,
  instanceId: id.replace("local", "instance"),
  cluster: "000000000000/us-east-1/default",
  engine: { docker: "unix:///e.sock" },
  declared: { cpuUnits: 1024, memoryMiB: 2048 },
  publishAddress: "127.0.1.1",
  attributes: { "ecs.availability-zone": "us-east-1a" },
  state: "ACTIVE",
  health: "CONNECTED",
  source: "config",
  ledger: { free: { cpuUnits: 896, memoryMiB: 1920 }, ports: { "tcp/80": ID }, runningTasks: 1, pendingTasks: 0 },
});

const meta = { $metadata: { requestId: "req-1" } };

/** An ECS that holds these tasks and remembers what it was asked. */
const anEcs = (tasks: Task[], more: Partial<Ecs> = {}): Ecs => ({
  runTask: notAsked("RunTask"),
  stopTask: notAsked("StopTask"),
  registerTaskDefinition: notAsked("RegisterTaskDefinition"),
  describeTaskDefinition: notAsked("DescribeTaskDefinition"),
  listServices: notAsked("ListServices"),
  describeServices: async () => ({ ...meta, services: [] }),
  listServiceDeployments: notAsked("ListServiceDeployments"),
  updateService: notAsked("UpdateService"),
  listClusters: async () => ({ ...meta, clusterArns: [`${ARN}:cluster/default`] }),
  listTasks: async ({ desiredStatus }) => ({
    ...meta,
    taskArns: tasks
      .filter(({ lastStatus }) => (lastStatus === "STOPPED") === (desiredStatus === "STOPPED"))
      .map(({ taskArn }) => taskArn ?? ""),
  }),
  describeTasks: async ({ tasks: asked = [] }) => ({
    ...meta,
    tasks: tasks.filter(({ taskArn }) => asked.some((one) => taskArn?.endsWith(one))),
  }),
  ...more,
});

const line = (text: string, at = text, stream: LogAnswer["stream"] = "stdout"): LogAnswer => ({
  container: "busybox",
  stream,
  at,
  text,
});

const signal = new AbortController().signal;
const batch = async () => aBatch([]);

t.test("why a task is where it is, in sentences and a table", async (t) => {
  t.equal(
    whyText(aPlacement(), NOW),
    [
      "Task 3f2a91c0 (family:web) was placed on local-2 5m ago.",
      "It needs 256 CPU units, 512 MiB and port tcp/8080. No constraints. Ranked by spread instanceId.",
      "Of 3 hosts, 2 could take it.",
      "",
      "HOST     VERDICT       WHY",
      "local-2  chosen        spread instanceId: 0 tasks",
      "local-1  rank 2        spread instanceId: 1 task",
      "local-3  filtered out  RESOURCE:MEMORY: needs 512 MiB, 100 of 2048 are free",
    ].join("\n"),
  );
});

t.test("of a job's task it is told that Batch chose its host, among how many, and by what", async (t) => {
  const scores = ["job j was next, and of the hosts with room this one had the most CPU free: 3072 units"];
  const explanation = {
    chosen: "local-2",
    among: { hosts: 3, withRoom: 2 },
    hosts: [{ host: "local-2", lacks: [], rank: 1, scores }],
  };
  t.equal(
    whyText(aPlacement({ group: "batch", strategies: [], explanation }), NOW),
    [
      "Task 3f2a91c0 (batch) was placed on local-2 5m ago.",
      "It needs 256 CPU units, 512 MiB and port tcp/8080. Batch's dispatcher chose the host.",
      "Of 3 hosts, 2 had room for it at that moment.",
      "",
      "HOST     VERDICT  WHY",
      `local-2  chosen   ${scores[0]}`,
    ].join("\n"),
  );
});

t.test("a refusal says whether it could ever fit, and equal ones are told once", async (t) => {
  const { taskId: _, ...refused } = aPlacement({ explanation: lacking(false) });
  const text = refusalsText([refused, refused], NOW);
  t.match(text, "2 tasks of family:web were refused 5m ago in cluster default (request req-1).");
  t.match(text, "None of 1 host can hold it now.");
  const hopeless = refusalsText([{ ...refused, explanation: lacking(true) }], NOW);
  t.match(hopeless, "could ever hold it");
  t.match(hopeless, /local-1 {2}never fits/);
  t.match(refusalsText([{ ...refused, explanation: { hosts: [] } }], NOW), "The cluster has no hosts.");
});

t.test("why without a word tells the last refusal, or else of the newest task", async (t) => {
  const ecs = async () => anEcs([aTask(OTHER_ID, { createdAt: new Date(1) }), aTask(ID, { createdAt: new Date(2) })]);
  const refusal = aPlacement({ explanation: lacking(false) });
  const refused = anApi({ "/placements/refusals": [refusal] });
  t.same(await findReasons({ batch, api: refused.api, ecs }, undefined), { records: [refusal] });
  const placed = anApi({ "/placements/refusals": [], [`/tasks/${ID}/placement`]: aPlacement() });
  t.match(await findReasons({ batch, api: placed.api, ecs }, undefined), {
    records: [{ taskId: ID }],
    note: /newest task/,
  });
  t.match(await findReasons({ batch, api: placed.api, ecs }, "3f2a"), { records: [{ taskId: ID }] });
  const byRequest = anApi({ "/placements/refusals?request=req-1": [refusal] });
  t.same(await findReasons({ batch, api: byRequest.api, ecs }, "req-1"), { records: [refusal] });
  const nothing = anApi({ "/placements/refusals": [] });
  await t.rejects(findReasons({ batch, api: nothing.api, ecs: async () => anEcs([]) }, undefined), {
    message: /no task to tell of/,
  });
});

t.test("a task is found by the beginning of its id, if only one begins so", async (t) => {
  const ecs = anEcs([aTask(ID), aTask(OTHER_ID, { lastStatus: "RUNNING" })]);
  t.same(await findTask(ecs, "3f2a"), { cluster: "default", id: ID });
  t.same(await findTask(ecs, `${ARN}:task/other/${ID}`), { cluster: "other", id: ID });
  await t.rejects(findTask(ecs, "3f2"), { message: "3f2 is the beginning of 2 tasks' ids: 3f2b0000, 3f2a91c0" });
  await t.rejects(findTask(ecs, "aa"), { message: "no task's id begins with aa" });
  await t.rejects(findTask(ecs, "web"), { message: /^web is not a task's id/ });
});

t.test("run registers a definition, tells where the task went and why, and prints its id", async (t) => {
  const { said, out } = anOut();
  const registered: unknown[] = [];
  const started: unknown[] = [];
  const ecs = anEcs([], {
    describeTaskDefinition: async () => {
      throw Object.assign(new Error("Unable to describe task definition."), { name: "ClientException" });
    },
    registerTaskDefinition: async (input) => {
      registered.push(input);
      return { ...meta, taskDefinition: { taskDefinitionArn: "run-busybox:1" } };
    },
    runTask: async (input) => {
      started.push(input);
      return { ...meta, tasks: [aTask(ID, { lastStatus: "PENDING" })] };
    },
  });
  const { api } = anApi({ [`/tasks/${ID}/placement`]: aPlacement() });
  const options = {
    ...RUN,
    publish: [portMapping("8080:80")],
    env: [nameAndValue("A=b=c")],
    strategy: [strategy("random")],
  };
  t.equal(await run({ ecs, api, out, signal }, "berth/busybox:latest", ["echo", "hi"], options), 0);
  t.match(registered, [
    {
      family: "run-busybox",
      containerDefinitions: [
        {
          name: "busybox",
          image: "berth/busybox:latest",
          command: ["echo", "hi"],
          environment: [{ name: "A", value: "b=c" }],
          portMappings: [{ hostPort: 8080, containerPort: 80, protocol: "tcp" }],
        },
      ],
    },
  ]);
  t.match(started, [
    { taskDefinition: "run-busybox:1", cluster: "default", count: 1, placementStrategy: [{ type: "random" }] },
  ]);
  t.equal(said.stdout, `${ID}\n`);
  t.equal(said.stderr, "task 3f2a91c0 on local-2: the best of 2 hosts that fit (spread instanceId: 0 tasks)\n");
});

t.test("the same words run again reuse the latest revision, other words do not", async (t) => {
  let latest = {};
  let revisions = 0;
  const ecs = anEcs([], {
    describeTaskDefinition: async () => ({ ...meta, ...latest }),
    registerTaskDefinition: async ({ tags }) => {
      revisions += 1;
      latest = { taskDefinition: { taskDefinitionArn: `run-x:${revisions}` }, tags };
      return { ...meta, ...latest };
    },
    runTask: async () => ({ ...meta, tasks: [aTask()] }),
  });
  const again = (command: string[]) => run({ ecs, api: anApi({}).api, out: anOut().out, signal }, "x", command, RUN);
  await again(["a"]);
  await again(["a"]);
  t.equal(revisions, 1);
  await again(["b"]);
  t.equal(revisions, 2);
});

t.test("run --definition overrides command and environment of its first container", async (t) => {
  const started: unknown[] = [];
  const ecs = anEcs([], {
    describeTaskDefinition: async () => ({ ...meta, taskDefinition: { containerDefinitions: [{ name: "app" }] } }),
    runTask: async (input) => {
      started.push(input);
      return { ...meta, tasks: [aTask()] };
    },
  });
  const deps = { ecs, api: anApi({}).api, out: anOut().out, signal };
  await run(deps, "ls", ["-l"], { ...RUN, definition: "web:4" });
  await run(deps, undefined, [], { ...RUN, definition: "web:4" });
  t.match(started[0], {
    taskDefinition: "web:4",
    overrides: { containerOverrides: [{ name: "app", command: ["ls", "-l"] }] },
  });
  t.notOk((started[1] as { overrides?: unknown }).overrides);
});

/** A run --wait whose task ends as given. */
const waited = async (ended: Task, lines: LogAnswer[] = [], events: ServerEvent[] = []) => {
  const { said, out } = anOut();
  const ecs = anEcs([ended], { runTask: async () => ({ ...meta, tasks: [ended] }) });
  const { api } = anApi({ [`/tasks/${ID}/placement`]: aPlacement() }, { lines, events });
  const code = await run({ ecs, api, out, signal }, undefined, [], { ...RUN, definition: "x", wait: true });
  return { code, ...said, stderr: said.stderr.split("\n").slice(1).join("\n") };
};

t.test("run --wait gives each stream its lines and ends with the container's exit code", async (t) => {
  const ended = aTask(ID, { containers: [{ name: "busybox", exitCode: 7 }] });
  const lines = [
    line("out"),
    line("err", "z", "stderr"),
    { ...line("half ", "zz"), partial: true },
    line("line", "zzz"),
  ];
  t.match(await waited(ended, lines), { code: 7, stdout: "out\nhalf line\n", stderr: "err\n" });
  t.match(await waited(aTask()), { code: 0, stdout: "", stderr: "" });
});

t.test("run --wait shows an image's pull, and says why a task never ran", async (t) => {
  const reason = "CannotPullContainerError: no such image";
  const ended = aTask(ID, {
    stopCode: "TaskFailedToStart",
    stoppedReason: reason,
    containers: [{ name: "busybox", reason }],
  });
  const events = [
    { event: "status", data: { status: "PENDING" } },
    { event: "line", data: { line: "Pulling x" } },
  ];
  t.match(await waited(ended, [], events), {
    code: 1,
    progress: ["3f2a91c0 pending …", "3f2a91c0 Pulling x", ""],
    stderr: `task 3f2a91c0 did not run: ${reason}\n`,
  });
});

t.test("a task that was stopped or killed for memory is told so", async (t) => {
  const stopped = aTask(ID, {
    stopCode: "UserInitiated",
    stoppedReason: "enough",
    containers: [{ name: "b", exitCode: 143 }],
  });
  t.match(await waited(stopped), { code: 143, stderr: "task 3f2a91c0 ended with 143: enough\n" });
  const oom = "OutOfMemoryError: Container killed due to memory usage";
  const killed = aTask(ID, { containers: [{ name: "b", exitCode: 137, reason: oom }] });
  t.match(await waited(killed), { code: 137, stderr: new RegExp(oom) });
});

t.test("of several tasks the first exit code that is not 0 counts", async (t) => {
  const ended = (exitCode?: number) =>
    aTask(ID, { containers: [{ name: "a", ...(exitCode !== undefined && { exitCode }) }] });
  t.equal(exitCodeOf([ended(0), ended(3), ended(5)]), 3);
  t.equal(exitCodeOf([ended(0), ended()]), 1, "one that never ran");
  t.equal(exitCodeOf([ended(0)]), 0);
});

t.test("run tells in one line why no host took the task, and where to read more", async (t) => {
  const ecs = anEcs([], {
    runTask: async () => ({ ...meta, tasks: [], failures: [{ arn: "x/i-1", reason: "RESOURCE:CPU" }] }),
  });
  const attempt = (answers: Record<string, unknown>) =>
    run({ ecs, api: anApi(answers).api, out: anOut().out, signal }, undefined, [], { ...RUN, definition: "x" }).then(
      () => "no error",
      failureLine,
    );
  t.equal(
    await attempt({ "/placements/refusals?request=req-1": [aPlacement({ explanation: lacking(false) })] }),
    "berth: no host took it: local-1 RESOURCE:MEMORY: needs 512 MiB, 100 of 2048 are free; more with: berth why req-1",
  );
  t.equal(await attempt({}), "berth: no host took it: i-1 RESOURCE:CPU; more with: berth why req-1");
});

t.test("hosts that lack the same are named together, and what was placed is counted", async (t) => {
  const { lacks = [] } = lacking(false).hosts[0] ?? {};
  const full = { hosts: ["local-1", "local-2"].map((host) => ({ host, lacks, scores: [] })) };
  const { api } = anApi({ "/placements/refusals?request=req-1": [aPlacement({ explanation: full })] });
  const { said, out } = anOut();
  const ecs = anEcs([], { runTask: async () => ({ ...meta, tasks: [aTask()] }) });
  await t.rejects(run({ ecs, api, out, signal }, undefined, [], { ...RUN, definition: "x", count: 3 }), {
    message:
      "1 of 3 tasks are placed; for the next no host took it: local-1 and local-2 RESOURCE:MEMORY: needs 512 MiB, 100 of 2048 are free",
  });
  t.equal(said.stdout, `${ID}\n`, "the placed one is told all the same");
});

t.test("more than ten tasks are asked for ten at a time", async (t) => {
  const counts: unknown[] = [];
  const ecs = anEcs([], {
    runTask: async ({ count = 0 }) => {
      counts.push(count);
      return { ...meta, tasks: Array.from({ length: count }, () => aTask()) };
    },
  });
  await run({ ecs, api: anApi({}).api, out: anOut().out, signal }, undefined, [], {
    ...RUN,
    definition: "x",
    count: 23,
  });
  t.same(counts, [10, 10, 3]);
});

t.test("Ctrl-C while waiting leaves the task alone and says how to stop it", async (t) => {
  const interruption = new AbortController();
  const running = aTask(ID, { lastStatus: "RUNNING" });
  const ecs = anEcs([running], { runTask: async () => ({ ...meta, tasks: [running] }) });
  const { api } = anApi({});
  const waiting = run(
    {
      ecs,
      api: {
        ...api,
        async *lines<Line>() {
          yield line("up") as Line;
          interruption.abort();
        },
      },
      out: anOut().out,
      signal: interruption.signal,
    },
    undefined,
    [],
    { ...RUN, definition: "x", wait: true },
  );
  await t.rejects(waiting, {
    message: "detached; 3f2a91c0 goes on",
    hint: "follow: berth logs -f 3f2a91c0, stop: berth stop 3f2a91c0",
    exitCode: 130,
  });
});

t.test("following a log survives a control plane that goes away, and tells no line twice", async (t) => {
  let connections = 0;
  const { api } = anApi({});
  const flaky: Api = {
    ...api,
    async *lines<Line>() {
      connections += 1;
      yield line("one", "1") as Line;
      yield line("two", "2") as Line;
      yield line(" and a half", "2") as Line;
      if (connections === 1) throw Object.assign(new Error("gone"), { code: "ECONNRESET" });
      yield line("three", "3") as Line;
    },
  };
  const told = [];
  for await (const { text } of logLines(flaky, ID, { follow: true }, signal)) told.push(text);
  t.same(told, ["one", "two", " and a half", "three"]);
});

t.test("ps shows hosts by name, exit codes and reasons, newest first", async (t) => {
  const tasks = [
    aTask(ID, {
      createdAt: new Date(1),
      lastStatus: "RUNNING",
      stoppedReason: "",
      containers: [
        { name: "web", networkBindings: [{ bindIP: "127.0.1.2", hostPort: 8080, containerPort: 80, protocol: "tcp" }] },
      ],
    }),
    aTask(OTHER_ID, {
      createdAt: new Date(2),
      containers: [
        { name: "a", exitCode: 0 },
        { name: "b", exitCode: 3 },
      ],
      attachments: [{ status: "DELETED", details: [{ name: "privateIPv4Address", value: "10.42.7.131" }] }],
    }),
    aTask("4a".padEnd(32, "0"), {
      createdAt: new Date(3),
      containers: [{ name: "web", exitCode: 0 }],
      stoppedReason: "",
      attachments: [{ status: "ATTACHED", details: [{ name: "privateIPv4Address", value: "10.42.7.130" }] }],
    }),
  ];
  const { api } = anApi({ "/hosts": [aHost("local-2")] });
  const shown = async (options: Parameters<typeof ps>[1]) => {
    const { said, out } = anOut();
    await ps({ ecs: anEcs(tasks), api, out, signal }, options);
    return said.stdout;
  };
  t.equal(
    await shown({ all: true }),
    [
      "TASK      DEFINITION     STATUS   HOST     STARTED  PORTS                   EXIT     REASON",
      "4a000000  run-busybox:3  STOPPED  local-2  -        10.42.7.130             0        -",
      "3f2b0000  run-busybox:3  STOPPED  local-2  -        -                       a=0 b=3  Essential container in task exited",
      "3f2a91c0  run-busybox:3  RUNNING  local-2  -        127.0.1.2:8080->80/tcp  -        -",
      "",
    ].join("\n"),
  );
  t.notMatch(await shown({}), /3f2b0000/, "stopped ones only with --all");
  t.match(JSON.parse(await shown({ json: true })), [{ lastStatus: "RUNNING" }]);
});

t.test("ps --watch draws again when the feed tells of a change", async (t) => {
  const interruption = new AbortController();
  const { said, out } = anOut();
  const tasks = [aTask(ID, { lastStatus: "RUNNING" })];
  const { api } = anApi({ "/hosts": [aHost("local-2")] });
  const fed: Api = {
    ...api,
    async *events() {
      tasks.push(aTask(OTHER_ID, { lastStatus: "RUNNING" }));
      yield { event: "task", data: {} };
      await new Promise((resolve) => interruption.signal.addEventListener("abort", resolve));
    },
  };
  const redrawn: Out = {
    ...out,
    redraw(text) {
      out.redraw(text);
      if (text.includes("3f2b0000")) interruption.abort();
    },
  };
  await ps({ ecs: anEcs(tasks), api: fed, out: redrawn, signal: interruption.signal }, { watch: true });
  t.equal(said.stdout.match(/^TASK/gm)?.length, 2);
});

t.test("stop finds every task before it stops any", async (t) => {
  const stopped: unknown[] = [];
  const ecs = anEcs([aTask(), aTask(OTHER_ID)], {
    stopTask: async ({ task, reason }) => {
      stopped.push([task, reason]);
      return { ...meta, task: aTask() };
    },
  });
  const { said, out } = anOut();
  await t.rejects(stopTasks({ ecs, out, signal }, ["3f2a", "ff"], { reason: "r" }), { message: /begins with ff/ });
  t.same(stopped, []);
  await stopTasks({ ecs, out, signal }, ["3f2a"], { reason: "r", wait: true });
  t.same(stopped, [[ID, "r"]]);
  t.equal(said.stdout, "3f2a91c0 stopped, exit code 0\n");
});

t.test("hosts are listed with what is free, added, drained and removed", async (t) => {
  const { api, asked } = anApi({ "/hosts": aHost("local-4"), "/hosts/local-4/drain": aHost("local-4") });
  const { said, out } = anOut();
  const fargate = {
    engine: "unix:///run/docker.sock",
    state: "ACTIVE",
    health: "CONNECTED",
    total: { cpuUnits: 2048, memoryMiB: 4096 },
    used: { cpuUnits: 256, memoryMiB: 512 },
    free: { cpuUnits: 1792, memoryMiB: 3584 },
    runningTasks: 1,
    pendingTasks: 0,
  };
  const pool = {
    "/hosts": [{ ...aHost("local-10"), health: "LOST" }, aHost("local-2")],
    "/fargate/capacity": [fargate],
  };
  await listHosts({ api: anApi(pool).api, out }, {});
  t.match(
    said.stdout,
    /local-2 .*ACTIVE .*896\/1024 .*1920\/2048 .*1 .*tcp\/80 .*us-east-1a.*\nlocal-10 .*ACTIVE, LOST/,
  );
  t.match(
    said.stdout,
    /\n\nFARGATE VCPU .*\n2 +0\.25 +1\.75 +4096 +512 +3584 +1 +ACTIVE +unix:\/\/\/run\/docker\.sock\n$/,
    "apart from them",
  );
  await addHost({ api, out }, "local-4", { cpu: 512, memory: 1024, attribute: [["stack", "blue"]] });
  await drainHost({ api, out }, "local-4", {});
  await removeHost({ api, out }, "local-4", { force: true });
  t.match(asked, [
    ["POST", "/hosts", { id: "local-4", cpu: 512, memory: 1024, attributes: { stack: "blue" } }],
    ["POST", "/hosts/local-4/drain"],
    ["DELETE", "/hosts/local-4?force=true"],
  ]);
  t.match(said.stdout, "local-4 takes no new tasks; 1 task on it goes on");
});

t.test("ports, constraints and strategies are read as people and as AWS write them", async (t) => {
  t.same(portMapping("80"), { hostPort: 0, containerPort: 80, protocol: "tcp" });
  t.same(portMapping("5353:53/udp"), { hostPort: 5353, containerPort: 53, protocol: "udp" });
  for (const wrong of ["0", "80:", "80:70000", "80/sctp", "a"]) t.throws(() => portMapping(wrong), wrong);
  t.same(constraint("distinctInstance"), { type: "distinctInstance" });
  const expression = "attribute:zone in [a, b]";
  for (const text of [expression, `memberOf:${expression}`, `type=memberOf,expression=${expression}`]) {
    t.same(constraint(text), { type: "memberOf", expression }, text);
  }
  t.same(strategy("type=spread,field=attribute:zone"), { type: "spread", field: "attribute:zone" });
  t.same(strategy("spread:attribute:zone"), { type: "spread", field: "attribute:zone" });
  t.same(strategy("binpack:memory"), { type: "binpack", field: "memory" });
  for (const wrong of ["spread", "binpack:disk", "random:x", "best"]) t.throws(() => strategy(wrong), wrong);
});

t.test("an image's name is its family's", async (t) => {
  t.equal(imageName("localhost:4510/team/web.app:1.2"), "web-app");
  t.equal(imageName("busybox@sha256:abc"), "busybox");
  t.match(definitionOf("web", [], { ...RUN, family: "mine", name: "c", user: "1000" }), {
    family: "mine",
    containerDefinitions: [{ name: "c", user: "1000" }],
  });
});

t.test("a log line has its stamp where it is asked for", async (t) => {
  t.equal(
    logText(line("hi", "2026-01-01T00:00:00.000000001Z"), { timestamps: true }),
    "2026-01-01T00:00:00.000000001Z hi\n",
  );
});

t.test("berth top tells what is used against what there is, by two readings, the busiest task first", async (t) => {
  const use = (task: string, cpuNanos: number, MiB: number, limits = {}) => ({
    task,
    host: "local-1",
    limits,
    containers: [{ name: "main", cpuNanos, memoryBytes: MiB * 1_048_576, memoryLimitBytes: 64 * 1_048_576 }],
  });
  const host = { id: "local-1", health: "CONNECTED", declared: { cpuUnits: 1024, memoryMiB: 512 } };
  const ledger = { free: { cpuUnits: 256, memoryMiB: 200 } };
  const hosts = [{ ...host, ledger }] as unknown as HostAnswer[];
  const before = { at: 1_000, tasks: [use("calm", 5, 10), use("busy", 1_000_000_000, 30)] };
  const limits = { cpuUnits: 512, memoryMiB: 128 };
  const now = { at: 3_000, tasks: [use("calm", 5, 10), use("busy", 1_500_000_000, 32, limits), use("young", 7, 1)] };
  const text = topText(hosts, before, now, (task) => `${task}:1`);
  const rows = text.split("\n").map((line) => line.split(/ {2,}/));
  t.strictSame(rows[1], ["local-1", "256/1024", "768", "43/512", "312", "3"]);
  t.strictSame(rows.slice(4, 7), [
    ["busy", "busy:1", "local-1", "256/512", "50%", "32/128", "25%"],
    ["calm", "calm:1", "local-1", "0/-", "-", "10/64", "16%"],
    ["young", "young:1", "local-1", "…/-", "-", "1/64", "2%"],
  ]);
});
