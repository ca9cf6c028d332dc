import { execFileSync } from "node:child_process";
import type { Task } from "@aws-sdk/client-ecs";
import t, { type Test } from "tap";
import { aBerth, THREE_HOSTS } from "../support/berth.ts";
import { berthInShell, livingProcess } from "../support/cli-process.ts";
import { freePort } from "../support/free-port.ts";
import { idOf, script, tasksOf } from "../support/tasks.ts";
import { until } from "../support/until.ts";

// The command's part of services as somebody types it, and what it does with what runs: each a process of its own, containers real.

t.setTimeout(300_000);
const berth = await aBerth(t, {
  config: `${THREE_HOSTS}services: { healthyAfterSeconds: 1, firstBackoffSeconds: 1 }\n`,
});
const { ecs } = berth;
const tasks = tasksOf(ecs);

/** Serves the name of its machine, and whether its image has Node. */
const SERVES = `
mkdir /www; test -x /usr/bin/node && has=node || has=none
echo "$(hostname) $has" > /www/index.html; trap 'exit 0' TERM; httpd -f -p 80 -h /www & wait`;

const running = async (): Promise<Task[]> => {
  const { taskArns = [] } = await ecs.listTasks({ serviceName: "web" });
  const { tasks: found = [] } = taskArns.length > 0 ? await ecs.describeTasks({ tasks: taskArns }) : {};
  return found.filter(({ lastStatus }) => lastStatus === "RUNNING");
};

/** Opens a local address and answers what is met there, again and again. */
const opened = async (t: Test, what: string, port: number) => {
  const open = livingProcess(t, berth, "sh", ["-c", `exec ${berthInShell("open", what, String(port))}`]);
  const [, address] = /^(127\.0\.0\.1:\d+)$/m.exec(await open.says(/^127\.0\.0\.1:\d+$/m)) ?? [];
  return {
    open,
    page: async () => (await fetch(`http://${address}/`, { headers: { connection: "close" } })).text(),
  };
};

t.test("a service is deployed another image, and the command ends with 0 when it is steady there", async (t) => {
  const container = script(SERVES, { stopTimeout: 2, portMappings: [{ containerPort: 80 }] });
  await ecs.createService({
    serviceName: "web",
    taskDefinition: await tasks.define([container]),
    desiredCount: 1,
    deploymentConfiguration: { deploymentCircuitBreaker: { enable: true, rollback: true } },
  });
  const { code, stdout, stderr } = await berth.cli("deploy", "web", "--image", "berth/node");
  t.equal(code, 0, stderr);
  t.match(stdout, /^web is steady on family-1:2: 1 running\n$/);
  t.match(stderr, /^web rolls from family-1:1 to family-1:2\n/);
  t.match(await running(), [{ containers: [{ image: "berth/node" }] }]);
});

t.test("one that cannot start is gone back from, and the command ends with 1", async (t) => {
  const { code, stdout } = await berth.cli("deploy", "web", "--image", "localhost:1/no-such-image");
  t.match({ code, stdout }, { code: 1, stdout: /^web went back to family-1:2: family-1:3 failed; see why with: / });
  t.match((await berth.cli("why", "web")).stdout, /family-1:3|CannotPullContainerError|circuit breaker/);
});

t.test("a service is scaled, and a local address leads to each of its tasks", async (t) => {
  t.match(await berth.cli("scale", "web", "3"), { code: 0, stdout: "web is to have 3 tasks; it was to have 1\n" });
  const three = await until("three tasks to run", running, (found) => found.length === 3);
  const { open, page } = await opened(t, "web", 80);
  const answers = new Set<string>();
  const machines = three.map(({ containers }) => `${containers?.[0]?.runtimeId?.slice(0, 12)} node\n`);
  await until(
    "each of them to answer",
    async () => answers.add(await page()),
    ({ size }) => size === 3,
  );
  t.strictSame([...answers].sort(), machines.sort());
  await berth.cli("scale", "web", "0");
  await until("no task to run", running, (found) => found.length === 0);
  await t.rejects(page(), "nobody is there");
  t.match(await open.says(/no task takes connections just now/), /127/);
  open.interrupt();
  t.equal(await open.ended, 0);
});

t.test("a local address leads to a task in network mode host", async (t) => {
  const port = await freePort();
  const serves = script(`mkdir /www; echo on the host > /www/index.html; exec httpd -f -p ${port} -h /www`, {
    stopTimeout: 2,
    portMappings: [{ containerPort: port }],
  });
  const task = await tasks.is("RUNNING", await tasks.run([serves], { networkMode: "host" }));
  const { open, page } = await opened(t, idOf(task), port);
  t.equal(await until("the task to answer", page, (said) => said !== ""), "on the host\n");
  open.interrupt();
  await open.ended;
  await ecs.stopTask({ task: task.taskArn! });
});

const hasScript = (() => {
  try {
    execFileSync("script", ["--version"]);
    return false;
  } catch (error) {
    return `script is not to be had: ${(error as Error).message}`;
  }
})();

t.test(
  "a program in a task has the user's terminal: its size as it changes, its keys, its exit code; it is left as it was",
  { skip: hasScript },
  async (t) => {
    const task = await tasks.is("RUNNING", await tasks.run([script("sleep 1000", { stopTimeout: 2 })]));
    const session = [
      "stty rows 24 cols 80",
      'echo "terminal $(tty)"',
      'echo "before $(stty -g)"',
      berthInShell("exec", idOf(task), "--", "sh"),
      'echo "code $?"',
      'echo "after $(stty -g)"',
    ].join("; ");
    const terminal = livingProcess(t, berth, "script", ["-qec", session, "/dev/null"]);
    const [, tty = ""] = /terminal (\S+)/.exec(await terminal.says(/terminal \S+/)) ?? [];
    await terminal.says(/\/ # /);
    terminal.type("stty size\n");
    await terminal.says(/24 80/);
    const raw = execFileSync("stty", ["-F", tty, "-g"]).toString().trim();
    execFileSync("stty", ["-F", tty, "rows", "40", "cols", "132"]);
    terminal.type("until stty size | grep '40 132'; do sleep 0.1; done\n");
    await terminal.says(/40 132\r/);
    // The key that interrupts is the program's: it ends what runs there, and not the command.
    terminal.type("echo in; sleep 1000\n");
    await terminal.says(/\nin\r/);
    terminal.type("\x03");
    terminal.type('echo "still $((20 + 22))"\n');
    await terminal.says(/still 42/);
    terminal.type("exit 7\n");
    const said = await terminal.says(/after \S+/);
    t.match(said, /code 7\r/);
    const [, before] = /before (\S+)/.exec(said) ?? [];
    const [, after] = /after (\S+)/.exec(said) ?? [];
    t.equal(after, before, "the terminal is as it was");
    t.not(raw, before, "and it was not meanwhile");
    t.equal(await terminal.ended, 0);
    await ecs.stopTask({ task: task.taskArn! });
  },
);
