import { execFile } from "node:child_process";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { promisify } from "node:util";
import { CloudWatchLogs } from "@aws-sdk/client-cloudwatch-logs";
import type { Task } from "@aws-sdk/client-ecs";
import { SecretsManager } from "@aws-sdk/client-secrets-manager";
import t from "tap";
import { aBatchClient, hasEnded } from "../support/batch-client.ts";
import { aBerth, THREE_HOSTS } from "../support/berth.ts";
import { CHECKOUT } from "../support/control-plane.ts";
import { leavesNothing } from "../support/leaves-nothing.ts";
import { idOf, script, tasksOf } from "../support/tasks.ts";
import { until } from "../support/until.ts";

// What tasks see of Berth: metadata, statistics, the credentials of their role, and AWS's APIs, all at 169.254.170.2.

t.setTimeout(600_000);
const PACKAGES = join(CHECKOUT, "node_modules");
const berth = await aBerth(t, { config: `${THREE_HOSTS}allow: { hostPaths: [${PACKAGES}] }\n` });
const { ecs, engine, keys } = berth;
const tasks = tasksOf(ecs);

const ROLE = "arn:aws:iam::000000000000:role/teams/writer";

/** A container with AWS's SDK, as this checkout has it, that does nothing but wait. */
const waiting = script("", {
  image: "berth/node",
  memory: 160,
  command: ["sh", "-c", 'trap "exit 0" TERM; while :; do sleep 1; done'],
  workingDirectory: "/app",
  environment: [
    { name: "AWS_REGION", value: "us-east-1" },
    { name: "AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED", value: "true" },
  ],
  mountPoints: [{ sourceVolume: "packages", containerPath: "/app/node_modules", readOnly: true }],
});
const volumes = [{ name: "packages", host: { sourcePath: PACKAGES } }];

/** Runs a program in a task's container and reads the JSON that it prints. */
const inside = async <Answer>(task: Task, program: string): Promise<Answer> => {
  const [container] = (await engine.containersOf(task.taskArn!)).filter(({ Image }) => !Image.includes("busybox"));
  const exec = await engine.docker.getContainer(container!.Id).exec({
    Cmd: ["node", "--input-type=module", "-e", program],
    AttachStdout: true,
    AttachStderr: true,
    Tty: true,
  });
  const said = await text(await exec.start({ Tty: true }));
  try {
    return JSON.parse(said) as Answer;
  } catch {
    throw new Error(`in the container: ${said}`);
  }
};

const ask = (task: Task, path: string, variable = "ECS_CONTAINER_METADATA_URI_V4") =>
  inside<{ status: number; body: Record<string, unknown> }>(
    task,
    `const answer = await fetch(process.env.${variable} + ${JSON.stringify(path)});
     console.log(JSON.stringify({ status: answer.status, body: await answer.json() }));`,
  );

const identityIn = (task: Task) =>
  inside<{ Account: string; Arn: string }>(
    task,
    `import { STS } from "@aws-sdk/client-sts";
     const { Account, Arn } = await new STS({}).getCallerIdentity({});
     console.log(JSON.stringify({ Account, Arn }));`,
  );

const running = async (networkMode: "bridge" | "host" | "awsvpc") => {
  const request = networkMode === "awsvpc" && {
    networkConfiguration: { awsvpcConfiguration: { subnets: ["subnet-us-east-1a"] } },
  };
  const settings = { volumes, networkMode, taskRoleArn: ROLE };
  return tasks.is("RUNNING", await tasks.run([waiting], settings, request || {}));
};

const [bridge, host, own] = await Promise.all([running("bridge"), running("host"), running("awsvpc")]);

t.test("an SDK in a task writes a log line as its role, and finds it again", async (t) => {
  const found = await inside<string[]>(
    bridge,
    `import { CloudWatchLogs } from "@aws-sdk/client-cloudwatch-logs";
     const logs = new CloudWatchLogs({});
     const name = { logGroupName: "from-a-task", logStreamName: "one" };
     await logs.createLogGroup(name);
     await logs.createLogStream(name);
     await logs.putLogEvents({ ...name, logEvents: [{ timestamp: Date.now(), message: "written in a task" }] });
     const { events } = await logs.filterLogEvents({ logGroupName: name.logGroupName });
     console.log(JSON.stringify(events.map(({ message }) => message)));`,
  );
  t.same(found, ["written in a task"]);
  const outside = new CloudWatchLogs({ endpoint: berth.url, region: "us-east-1", credentials: keys });
  t.teardown(() => outside.destroy());
  t.match(await outside.filterLogEvents({ logGroupName: "from-a-task" }), { events: [{ message: found[0] }] });
});

t.test("in network modes bridge, host and awsvpc a task is its role, in its own name", async (t) => {
  for (const task of [bridge, host, own])
    t.same(await identityIn(task), {
      Account: "000000000000",
      Arn: `arn:aws:sts::000000000000:assumed-role/writer/${idOf(task)}`,
    });
});

t.test("metadata tell a container of itself and of its task", async (t) => {
  const { status, body } = await ask(bridge, "");
  t.equal(status, 200);
  t.match(body, {
    Name: "main",
    DockerId: bridge.containers?.[0]?.runtimeId,
    DockerName: RegExp(`^berth-${berth.installation}-${idOf(bridge)}`),
    Image: "berth/node",
    Labels: { "com.amazonaws.ecs.task-arn": bridge.taskArn, "com.amazonaws.ecs.container-name": "main" },
    DesiredStatus: "RUNNING",
    KnownStatus: "RUNNING",
    Limits: { Memory: 160 },
    Type: "NORMAL",
    Networks: [{ NetworkMode: "bridge", IPv4Addresses: [/^10\.42\.\d+\.\d+$/] }],
    Volumes: [{ DockerName: undefined, Source: PACKAGES, Destination: "/app/node_modules" }],
    RestartCount: undefined,
  });
  t.match((await ask(bridge, "/task")).body, {
    Cluster: bridge.clusterArn,
    TaskARN: bridge.taskArn,
    Revision: "1",
    KnownStatus: "RUNNING",
    AvailabilityZone: bridge.availabilityZone,
    LaunchType: "EC2",
    Containers: [{ Name: "main" }],
  });
  t.match((await ask(own, "/task")).body, {
    Containers: [
      {
        Networks: [
          { NetworkMode: "awsvpc", IPv4Addresses: [own.containers?.[0]?.networkInterfaces?.[0]?.privateIpv4Address] },
        ],
      },
    ],
  });
  t.match((await ask(host, "")).body, { Networks: [{ NetworkMode: "host", IPv4Addresses: [] }] });
});

t.test("statistics are the engine's", async (t) => {
  const { body } = await ask(bridge, "/stats");
  t.match(body, { cpu_stats: { cpu_usage: { total_usage: Number } }, memory_stats: { limit: 160 * 1024 * 1024 } });
  t.ok((body.memory_stats as { usage: number }).usage > 1024 * 1024, "it uses memory");
  const all = (await ask(bridge, "/task/stats")).body;
  t.same(Object.keys(all), [bridge.containers?.[0]?.runtimeId]);
});

t.test("ids that nobody was given are refused", async (t) => {
  const asked = await inside<[number, unknown][]>(
    bridge,
    `const base = "http://169.254.170.2";
     const paths = ["/v4/${idOf(host)}-0123456789abcdef0123456789abcdef", "/v2/credentials/x"];
     const answers = await Promise.all(paths.map((path) => fetch(base + path)));
     console.log(JSON.stringify(await Promise.all(answers.map(async (answer) => [answer.status, await answer.json()]))));`,
  );
  t.match(asked, [
    [404, /unable to get task/],
    [400, { code: "InvalidIdInRequest" }],
  ]);
});

t.test("after a crash of the control plane everything is where it was", async (t) => {
  await berth.plane().kill();
  await berth.start();
  await until(
    "the metadata to be served again",
    () =>
      ask(bridge, "").then(
        ({ status }) => status,
        (error: Error) => error.message,
      ),
    (status) => status === 200,
  );
  t.match(await identityIn(own), { Arn: RegExp(`/writer/${idOf(own)}$`) });
  const { stdout } = await promisify(execFile)("iptables", ["-w", "-t", "nat", "-S", "PREROUTING"]);
  const rules = stdout.split("\n").filter((rule) => rule.includes(`berth-${berth.installation}`));
  t.not(rules.length, 0);
  t.same(rules, [...new Set(rules)], "one redirection for each network, not one more at every start");
});

t.test("a job of Batch is given its secrets, and is its job role to AWS's APIs", async (t) => {
  const [name, password] = ["batch/login", "known-to-the-job-alone"];
  const options = { endpoint: berth.url, region: "us-east-1", credentials: keys };
  const secrets = new SecretsManager(options);
  t.teardown(() => secrets.destroy());
  const { ARN } = await secrets.createSecret({ Name: name, SecretString: JSON.stringify({ password }) });
  const { batch, describe, linesOf } = aBatchClient(t, berth);
  const program = `
    import { SecretsManager } from "@aws-sdk/client-secrets-manager";
    import { STS } from "@aws-sdk/client-sts";
    const { Arn } = await new STS({}).getCallerIdentity({});
    const { SecretString } = await new SecretsManager({}).getSecretValue({ SecretId: "${name}" });
    console.log(JSON.stringify([process.env.PASSWORD, Arn, SecretString]));`;
  await batch.registerJobDefinition({
    jobDefinitionName: "with-a-role",
    type: "container",
    containerProperties: {
      image: "berth/node",
      // The SDK is found beside the program.
      command: ["sh", "-c", 'cd /app; exec node --input-type=module -e "$0"', program],
      jobRoleArn: "arn:aws:iam::000000000000:role/jobs/reader",
      executionRoleArn: "arn:aws:iam::000000000000:role/execution",
      secrets: [{ name: "PASSWORD", valueFrom: `${ARN}:password::` }],
      environment: waiting.environment,
      mountPoints: waiting.mountPoints,
      volumes,
      resourceRequirements: [
        { type: "VCPU", value: "1" },
        { type: "MEMORY", value: "160" },
      ],
    },
  });
  const { jobId } = await batch.submitJob({ jobName: "reads", jobQueue: "default", jobDefinition: "with-a-role" });
  const [job] = await until(
    "the job to end",
    () => describe([jobId!]),
    ([one]) => one !== undefined && hasEnded(one),
  );
  const lines = await linesOf(jobId!);
  t.equal(job?.status, "SUCCEEDED", lines.join("\n"));
  const [given, arn, read] = JSON.parse(lines.at(-1) ?? "[]") as string[];
  t.equal(given, password);
  t.match(arn, /^arn:aws:sts::000000000000:assumed-role\/reader\/[0-9a-f]{32}$/);
  t.strictSame(JSON.parse(read ?? ""), { password }, "and read it by itself, signed");
  t.notMatch(JSON.stringify(job), new RegExp(password), "whoever describes the job is not told it");
});

t.test("in network mode none, and without a role, a container is told of nothing that it does not have", async (t) => {
  const shown = "env | grep -E '^(AWS|ECS)_' | sed 's/=.*//' | sort";
  const none = await tasks.stopped(await tasks.run([script(shown)], { networkMode: "none", taskRoleArn: ROLE }));
  t.same(await berth.logs(none.taskArn!), ["AWS_EXECUTION_ENV"]);
  const roleless = await tasks.stopped(await tasks.run([script(shown)]));
  t.same(await berth.logs(roleless.taskArn!), [
    "AWS_ENDPOINT_URL",
    "AWS_EXECUTION_ENV",
    "ECS_CONTAINER_METADATA_URI",
    "ECS_CONTAINER_METADATA_URI_V4",
  ]);
});

t.test("(the tasks are stopped)", async () => {
  for (const task of [bridge, host, own]) await ecs.stopTask({ task: task.taskArn! });
});

await leavesNothing(t, berth);
