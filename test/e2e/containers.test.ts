import { mkdir, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { SecretsManager } from "@aws-sdk/client-secrets-manager";
import { SSM } from "@aws-sdk/client-ssm";
import t from "tap";
import { aBerth, THREE_HOSTS } from "../support/berth.ts";
import { leavesNothing } from "../support/leaves-nothing.ts";
import { heldLimits } from "../support/machine-cgroups.ts";
import { idOf, script, tasksOf } from "../support/tasks.ts";
import { until } from "../support/until.ts";

// What the containers of a task get, and what is told of how they ended.

t.setTimeout(600_000);
const berth = await aBerth(t, { config: `${THREE_HOSTS}buckets: { conf: conf }\n` });
const { ecs, engine } = berth;
const tasks = tasksOf(ecs);

t.test("a container gets its environment, folder, user, entry point and a root that is read-only", async (t) => {
  const task = await tasks.run([
    script("", {
      entryPoint: ["sh", "-c"],
      command: ['echo "$GREETING from $(pwd) as $(id -u):$(id -g)"; touch /x 2>/dev/null || echo read-only'],
      environment: [{ name: "GREETING", value: "hello" }],
      workingDirectory: "/usr",
      user: "1000:1001",
      readonlyRootFilesystem: true,
    }),
  ]);
  t.match(await tasks.stopped(task), { containers: [{ exitCode: 0 }] });
  t.strictSame(await berth.logs(task.taskArn!), ["hello from /usr as 1000:1001", "read-only"]);
});

t.test("a container is given secrets and files that nothing but the container shows", async (t) => {
  const { accessKeyId, secretAccessKey } = berth.keys;
  const options = { endpoint: berth.url, region: "us-east-1", credentials: { accessKeyId, secretAccessKey } };
  const [ssm, secretsManager] = [new SSM(options), new SecretsManager(options)];
  t.teardown(() => {
    ssm.destroy();
    secretsManager.destroy();
  });
  await ssm.putParameter({ Name: "/db/password", Value: "hunter2hunter2", Type: "SecureString" });
  const login = { user: "u-of-the-secret", unused: "x" };
  const { ARN } = await secretsManager.createSecret({ Name: "login", SecretString: JSON.stringify(login) });
  await mkdir(join(berth.home, "conf"));
  await writeFile(join(berth.home, "conf", "web.env"), "# of the file\nLEVEL=from-the-file\nGREETING=not-this\n");
  const given = (valueFrom: string) => ({
    environment: [{ name: "GREETING", value: "hello" }],
    environmentFiles: [{ type: "s3" as const, value: "arn:aws:s3:::conf/web.env" }],
    secrets: [
      { name: "PASSWORD", valueFrom },
      { name: "USER_NAME", valueFrom: `${ARN}:user::` },
    ],
  });
  const role = { executionRoleArn: "arn:aws:iam::000000000000:role/execution" };
  const says = 'echo "$GREETING $LEVEL $PASSWORD $USER_NAME"';

  const task = await tasks.stopped(await tasks.run([script(says, given("/db/password"))], role));
  t.strictSame(await berth.logs(task.taskArn!), ["hello from-the-file hunter2hunter2 u-of-the-secret"]);
  const id = idOf(task);
  const told = JSON.stringify([
    await ecs.describeTasks({ tasks: [id] }),
    await berth.api(`/clusters/default/tasks/${id}`),
    await berth.api(`/tasks/${id}/placement`).catch(() => "none"),
  ]);
  t.notMatch(told, /hunter2hunter2|u-of-the-secret|from-the-file/);

  const without = await tasks.stopped(await tasks.run([script(says, given("/db/gone"))], role));
  t.match(without, {
    stopCode: "TaskFailedToStart",
    stoppedReason:
      /^ResourceInitializationError: unable to pull secrets or registry auth: .* invalid ssm parameters: \/db\/gone/,
  });
  t.notOk(without.pullStartedAt, "no image was pulled for it");
});

t.test("an image may be named as in ECR", async (t) => {
  const image = "000000000000.dkr.ecr.us-east-1.amazonaws.com/berth/busybox:latest";
  const task = await tasks.stopped(await tasks.run([script("exit 0", { image })]));
  t.match(task, { containers: [{ exitCode: 0, image, imageDigest: /^sha256:/ }] });
});

t.test("a task's volume goes with it, a shared one stays on its host", async (t) => {
  const volumes = [
    { name: "own", dockerVolumeConfiguration: { scope: "task" as const } },
    { name: "ours", dockerVolumeConfiguration: { scope: "shared" as const, autoprovision: true } },
  ];
  const mountPoints = volumes.map(({ name }) => ({ sourceVolume: name, containerPath: `/${name}` }));
  const writer = script("echo mine > /own/file; echo kept > /ours/file", {
    name: "writer",
    essential: false,
    mountPoints,
  });
  const reader = script("cat /own/file /ours/file", {
    mountPoints,
    dependsOn: [{ containerName: "writer", condition: "SUCCESS" }],
  });
  const first = await tasks.stopped(await tasks.run([writer, reader], { volumes }));
  t.strictSame(await berth.logs(first.taskArn!), ["mine", "kept"]);
  const family = await tasks.define([script("ls /own; cat /ours/file", { mountPoints })], { volumes });
  const { tasks: placed = [] } = await ecs.startTask({
    taskDefinition: family,
    containerInstances: [first.containerInstanceArn!],
  });
  const second = await tasks.stopped(placed[0]!);
  t.strictSame(await berth.logs(second.taskArn!), ["kept"]);
  const notMade = [{ name: "never", dockerVolumeConfiguration: { scope: "shared" as const } }];
  const without = script("ls /never", { mountPoints: [{ sourceVolume: "never", containerPath: "/never" }] });
  t.match(await tasks.stopped(await tasks.run([without], { volumes: notMade })), {
    stopCode: "TaskFailedToStart",
    stoppedReason: /^ResourceInitializationError: shared volume 'never' does not exist on host host-\d/,
  });
});

t.test("containers start in the order of their dependencies", async (t) => {
  const task = await tasks.run([
    script("exit 5", { name: "completes", essential: false }),
    script("exit 0", { name: "succeeds", essential: false }),
    script("sleep 60", { name: "starts", essential: false, stopTimeout: 2 }),
    script("exit 0", {
      dependsOn: [
        { containerName: "completes", condition: "COMPLETE" },
        { containerName: "succeeds", condition: "SUCCESS" },
        { containerName: "starts", condition: "START" },
      ],
    }),
  ]);
  const { containers = [], stoppedReason } = await tasks.stopped(task);
  const ended = Object.fromEntries(containers.map(({ name, exitCode }) => [name, exitCode]));
  t.strictSame(ended, { completes: 5, succeeds: 0, starts: 137, main: 0 }, "the one that still ran was stopped");
  t.equal(stoppedReason, "Essential container in task exited");
  const seen = new Map<string, { started: string; finished: string }>();
  for (const { Id, Labels } of await engine.containersOf(task.taskArn!)) {
    const { State } = await engine.docker.getContainer(Id).inspect();
    seen.set(Labels["berth.container"]!, { started: State.StartedAt, finished: State.FinishedAt });
  }
  const main = seen.get("main")!;
  t.ok(main.started >= seen.get("completes")!.finished, "after the one that had to end");
  t.ok(main.started >= seen.get("succeeds")!.finished, "after the one that had to succeed");
  t.ok(main.started >= seen.get("starts")!.started, "after the one that had to start");
});

t.test("a container whose dependency failed is not started, and its task says so", async (t) => {
  const task = await tasks.run([
    script("exit 9", { name: "fails", essential: false }),
    script("echo started", { dependsOn: [{ containerName: "fails", condition: "SUCCESS" }] }),
  ]);
  const stopped = await tasks.stopped(task);
  t.match(stopped, { stopCode: "TaskFailedToStart", stoppedReason: /main.*fails.*SUCCESS/ });
  t.strictSame(await berth.logs(task.taskArn!), []);
});

t.test("a linked container is reached by its alias", async (t) => {
  const task = await tasks.run([
    script("echo linked > /tmp/index.html; httpd -f -p 80 -h /tmp", { name: "db", essential: false, stopTimeout: 2 }),
    script(
      `until printf 'GET /index.html HTTP/1.0\\r\\n\\r\\n' | nc -w 2 database 80 | grep linked; do sleep 0.2; done`,
      { links: ["db:database"] },
    ),
  ]);
  t.match(await tasks.stopped(task), { stopCode: "EssentialContainerExited" });
  t.strictSame(await berth.logs(task.taskArn!), ["linked"]);
});

const answerAt = async (host: string, port: number): Promise<string> => {
  const socket = connect({ host, port });
  socket.write("GET /index.html HTTP/1.0\r\n\r\n");
  return text(socket);
};

t.test("published ports answer at the host's own address, and a taken one is refused", async (t) => {
  const family = await tasks.define([
    script("echo published > /tmp/index.html; httpd -f -p 80 -h /tmp", {
      stopTimeout: 2,
      portMappings: [{ containerPort: 80 }, { containerPort: 81, hostPort: 18_081 }],
    }),
  ]);
  const task = await tasks.is("RUNNING", (await tasks.runMany(family))[0]!);
  const { networkBindings = [] } = task.containers![0]!;
  t.match(networkBindings, [
    { containerPort: 80, protocol: "tcp" },
    { containerPort: 81, hostPort: 18_081, protocol: "tcp" },
  ]);
  const { bindIP, hostPort } = networkBindings[0]!;
  t.match(bindIP, /^127\.0\.\d+\.\d+$/);
  t.ok(hostPort! >= 32_768 && hostPort! <= 65_535);
  await until(
    "the published port to answer",
    () => answerAt(bindIP!, hostPort!),
    (answer) => answer.includes("published"),
  );
  const again = await ecs.startTask({ taskDefinition: family, containerInstances: [task.containerInstanceArn!] });
  t.match(again, {
    tasks: [],
    failures: [{ arn: task.containerInstanceArn, reason: "RESOURCE:PORTS", detail: /18081/ }],
  });
  await ecs.stopTask({ task: task.taskArn! });
  await tasks.stopped(task);
});

t.test("network mode host is the machine's own network", async (t) => {
  const task = await tasks.run([script("exit 0", { portMappings: [{ containerPort: 18_082 }] })], {
    networkMode: "host",
  });
  t.match(await tasks.stopped(task), { containers: [{ exitCode: 0 }] });
  const [container] = await engine.containersOf(task.taskArn!);
  t.equal(container!.HostConfig.NetworkMode, "host");
});

t.test("a container that took too much memory is told as such", async (t) => {
  const task = await tasks.stopped(await tasks.run([script("sleep 1; exec tail /dev/zero", { memory: 16 })]));
  const reason = "OutOfMemoryError: Container killed due to memory usage";
  t.match(task, { stoppedReason: reason, containers: [{ exitCode: 137, reason }] });
});

/** Keeps a core busy for a while; before and after, tells the CPU time its cgroup used, and the machine's clock, both in seconds. */
const BUSY = `told() {
  used=$(sed 's/$/ 1e9/' /sys/fs/cgroup/cpuacct/cpuacct.usage 2>/dev/null || sed -n 's/^usage_usec \\(.*\\)/\\1 1e6/p' /sys/fs/cgroup/cpu.stat)
  echo "$used $(cut -d' ' -f1 /proc/uptime)" | awk '{ print $1 / $2, $3 }'
}
told; timeout 2 sh -c 'while :; do :; done'; told`;

t.test("a task's limits stand in its cgroup, and a busy task is held to them", async (t) => {
  const task = await tasks.run([script(BUSY)], { cpu: "256", memory: "64" });
  const running = await tasks.is("RUNNING", task);
  const hosts = await berth.api<{ id: string; instanceId: string }[]>("/hosts");
  const host = hosts.find(({ instanceId }) => running.containerInstanceArn!.endsWith(instanceId))!;
  const held = await heldLimits(`berth-${berth.installation}/${host.id}/${idOf(task)}`);
  t.strictSame(held, { quotaUs: 25_000, periodUs: 100_000, memoryBytes: 64 * 1024 * 1024 });
  await tasks.stopped(task);
  // The shell tells on stderr that its program was terminated.
  const told = (await berth.logs(task.taskArn!)).filter((line) => /^[\d.e-]+ [\d.]+$/.test(line));
  const [before, after] = told.map((line) => line.split(" ").map(Number) as [number, number]);
  const share = (after![0] - before![0]) / (after![1] - before![1]);
  t.ok(share > 0.02 && share <= 0.29, `used ${share.toFixed(3)} of a core`);
});

t.test("all that a container writes is kept, and followed to its end", async (t) => {
  const task = await tasks.run([script("seq 1 2000; echo last >&2")]);
  const followed = await berth.cli("logs", "-f", idOf(task));
  t.equal(followed.code, 0, followed.stderr);
  const all = Array.from({ length: 2000 }, (_, index) => String(index + 1));
  t.strictSame(followed.stdout.trimEnd().split("\n"), all, "by berth logs -f");
  t.equal(followed.stderr, "last\n", "each line to the stream it was written to");
  t.strictSame(
    (await berth.logs(task.taskArn!)).filter((line) => line !== "last"),
    all,
    "by /api",
  );
});

t.test("a container that could take over its host is refused by name", async (t) => {
  const privileged = await tasks.define([script("exit 0", { privileged: true })]);
  await t.rejects(tasks.runMany(privileged), { name: "InvalidParameterException", message: /privileged/ });
  const hostPath = await tasks.define(
    [script("exit 0", { mountPoints: [{ sourceVolume: "etc", containerPath: "/etc" }] })],
    {
      volumes: [{ name: "etc", host: { sourcePath: "/etc" } }],
    },
  );
  await t.rejects(tasks.runMany(hostPath), { name: "InvalidParameterException", message: /\/etc.*hostPaths/ });
});

await leavesNothing(t, berth);
