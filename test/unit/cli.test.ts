import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Readable } from "node:stream";
import { CommanderError } from "commander";
import t, { type Test } from "tap";
import { commandLineFailure } from "../../src/cli/command-line-failure.ts";
import { type CliError, failureLine, failureOf } from "../../src/cli/failure.ts";
import type { Out } from "../../src/cli/out.ts";
import { berthProgram } from "../../src/cli/program.ts";
import { serverEvents } from "../../src/cli/server-events.ts";

/** What a command line prints and how it ends, without any Berth behind it. */
const berth = async (args: string[], env: Record<string, string> = {}) => {
  const stdout: string[] = [];
  const stderr: string[] = [];
  const out: Out = {
    columns: undefined,
    line: (text) => stdout.push(`${text}\n`),
    note: (text) => stderr.push(`${text}\n`),
    raw: (stream, text) => (stream === "stdout" ? stdout : stderr).push(Buffer.from(text).toString()),
    redraw: (text) => stdout.push(`${text}\n`),
    progress: () => {},
  };
  const program = berthProgram({ out, env, interrupted: new AbortController().signal }, "1.2.3");
  let failure: CliError | undefined;
  try {
    await program.parseAsync(args, { from: "user" });
  } catch (error) {
    failure = error instanceof CommanderError ? commandLineFailure(error, program, args) : failureOf(error, "http://x");
  }
  return {
    stdout: stdout.join(""),
    stderr: stderr.join(""),
    error: failure && failureLine(failure),
    exitCode: failure?.exitCode ?? 0,
  };
};

const CREDENTIALS = { accessKeyId: "BERTHABCDEFGHIJKLMNO", secretAccessKey: "it's/secret", apiToken: "token" };
const homeWith = (t: Pick<Test, "testdir">, startedByBerth: boolean, region = "us-east-1") => {
  const home = t.testdir({ "credentials.json": JSON.stringify(CREDENTIALS) });
  mkdirSync(join(home, "run"));
  writeFileSync(
    join(home, "run/setup.json"),
    JSON.stringify({ engine: { dockerHost: "unix:///e.sock", startedByBerth } }),
  );
  writeFileSync(join(home, "run/endpoint.json"), JSON.stringify({ region }));
  return home;
};

t.test("a wrong command line is told in one line with a hint, and ends with 2", async (t) => {
  const wrong: Record<string, string> = {
    pss: "berth: unknown command 'pss' (Did you mean ps?); see: berth --help",
    "ps --al": "berth: unknown option '--al' (Did you mean --all?); see: berth ps --help",
    "run --cpu x img":
      "berth: option '--cpu <units>' argument 'x' is invalid. give a whole number from 0 to 196608; see: berth run --help",
    stop: "berth: missing required argument 'task'; see: berth stop --help",
    run: "berth: give an image, or --definition FAMILY[:REVISION]",
    "run --definition web --memory 64":
      "berth: option '--definition <family[:revision]>' cannot be used with option '--memory <MiB>'; see: berth run --help",
    submit: "berth: give a job's name, or a file with -f",
    "submit -f jobs.yaml load": "berth: give a job's name, or a file with -f",
    "submit -f jobs.yaml --image x":
      "berth: option '-f, --file <file>' cannot be used with option '--image <image>'; see: berth submit --help",
    "submit --image x --definition y load":
      "berth: option '--definition <name[:revision]>' cannot be used with option '--image <image>'; see: berth submit --help",
    "submit -f no-such-file.yaml":
      "berth: no-such-file.yaml cannot be read: ENOENT: no such file or directory, open 'no-such-file.yaml'",
    "jobs --status WAITING":
      "berth: option '--status <status>' argument 'WAITING' is invalid. Allowed choices are SUBMITTED, PENDING, RUNNABLE, STARTING, RUNNING, SUCCEEDED, FAILED; see: berth jobs --help",
    "cron add tick": "berth: missing required argument 'expression'; see: berth cron --help",
    "run --strategy best img":
      "berth: option '--strategy <strategy>' argument 'best' is invalid. give random, binpack:cpu, binpack:memory, or spread:FIELD such as spread:instanceId or spread:attribute:NAME; see: berth run --help",
  };
  for (const [line, error] of Object.entries(wrong))
    t.match(await berth(line.split(" ")), { error, exitCode: 2 }, line);
});

t.test("help is no error, and every command's shows an example", async (t) => {
  const { stdout, exitCode } = await berth(["--help"]);
  t.equal(exitCode, 0);
  const jobs = ["submit", "jobs", "job", "queues", "cancel", "cron"];
  const images = ["login", "build", "images"];
  const tasks = ["run", "ps", "why", "stop", "logs"];
  for (const name of ["up", "down", "env", ...tasks, "hosts", ...jobs, ...images, "completion"]) {
    t.match(stdout, new RegExp(`^  ${name} `, "m"));
    t.match((await berth([name, "--help"])).stdout, /Examples?:\n {2}(eval "\$\()?(npx )?berth /, name);
  }
  t.match(await berth(["--version"]), { stdout: "1.2.3\n", exitCode: 0 });
});

t.test("where Berth was never started, one line says so", async (t) => {
  const home = t.testdir({});
  t.match(await berth(["ps"], { BERTH_HOME: home }), {
    error: `berth: there are no credentials in ${home} yet; they are made when Berth first starts: npm run up (or set BERTH_HOME)`,
    exitCode: 1,
  });
});

t.test("where Berth does not answer, one line says how to start it", async (t) => {
  const BERTH_HOME = homeWith(t, false);
  // Port 1 is never listened on by a test machine.
  t.match(await berth(["hosts"], { BERTH_HOME, BERTH_PORT: "1" }), {
    error: "berth: Berth is not running at http://x; start it with: npm run up (or: berth up)",
    exitCode: 1,
  });
});

t.test("what AWS's client or /api threw is told with its code", async (t) => {
  const thrown = Object.assign(new Error("Cluster not found."), { name: "ClusterNotFoundException" });
  t.equal(
    failureLine(failureOf(thrown, "http://x")),
    "berth: ClusterNotFoundException: Cluster not found; see the clusters with: berth hosts",
  );
  const several = Object.assign(new AggregateError([Object.assign(new Error("no"), { code: "ECONNREFUSED" })], ""), {});
  t.match(
    failureLine(failureOf(several, "http://127.0.0.1:4566")),
    /^berth: Berth is not running at http:\/\/127.0.0.1:4566;/,
  );
  t.notMatch(failureLine(failureOf(new Error("two\nlines"), "http://x")), /\n/);
});

t.test("berth env makes a shell talk to this Berth", async (t) => {
  const BERTH_HOME = homeWith(t, true, "eu-west-1");
  const { stdout } = await berth(["env"], { BERTH_HOME, BERTH_PORT: "4700", BERTH_REGISTRY_PORT: "4701" });
  const script = `AWS_PROFILE=real; AWS_SESSION_TOKEN=real; ${stdout}
    aws() { :; }; env -u _ node -p 'JSON.stringify(process.env)'`;
  const variables = JSON.parse(execFileSync("sh", ["-c", script], { encoding: "utf8" }));
  t.match(variables, {
    AWS_ENDPOINT_URL: "http://127.0.0.1:4700",
    AWS_ACCESS_KEY_ID: CREDENTIALS.accessKeyId,
    AWS_SECRET_ACCESS_KEY: CREDENTIALS.secretAccessKey,
    AWS_REGION: "eu-west-1",
    AWS_DEFAULT_REGION: "eu-west-1",
    BERTH_API_TOKEN: CREDENTIALS.apiToken,
    BERTH_HOME,
    BERTH_PORT: "4700",
    BERTH_REGISTRY_PORT: "4701",
    DOCKER_HOST: "unix:///e.sock",
  });
  t.notOk(variables.AWS_PROFILE, "a real account's profile does not get in the way");
  t.match(stdout, `aws() { command aws --endpoint-url 'http://127.0.0.1:4700' "$@"; }`);
  t.match(JSON.parse((await berth(["env", "--json"], { BERTH_HOME })).stdout), { AWS_REGION: "eu-west-1" });
  t.match(
    (await berth(["env", "--shell", "fish"], { BERTH_HOME })).stdout,
    "set -gx AWS_SECRET_ACCESS_KEY 'it\\'s/secret'",
  );
});

t.test("DOCKER_HOST is left alone where Berth did not start the engine", async (t) => {
  const BERTH_HOME = homeWith(t, false);
  t.notMatch((await berth(["env"], { BERTH_HOME })).stdout, /export DOCKER_HOST/);
});

t.test("bash completes commands, subcommands, options and choices", async (t) => {
  const { stdout: script } = await berth(["completion", "bash"]);
  const complete = (...words: string[]): string[] => {
    const quoted = words.map((word) => `'${word}'`).join(" ");
    const ask = `${script}\nCOMP_WORDS=(berth ${quoted}); COMP_CWORD=${words.length}; _berth; echo "\${COMPREPLY[@]}"`;
    return execFileSync("bash", ["-c", ask], { encoding: "utf8" }).trim().split(" ");
  };
  t.same(complete("h"), ["hosts", "help"]);
  t.same(complete("hosts", "d"), ["drain"]);
  t.same(complete("cron", "add", "--ti"), ["--timeout", "--timezone"]);
  t.same(complete("jobs", "--status", "R"), ["RUNNABLE", "RUNNING"]);
  t.same(complete("hosts", "add", "--c"), ["--cpu", "--cluster"]);
  t.same(complete("run", "--wait", "--me"), ["--memory"]);
  t.same(complete("env", "--shell", ""), ["sh", "fish"]);
  t.same(complete("run", "img", "--", "--m"), [""], "not the words of the container's own command");
});

t.test("zsh and fish scripts name every command and option", async (t) => {
  for (const shell of ["zsh", "fish"]) {
    const { stdout } = await berth(["completion", shell]);
    for (const word of ["hosts", "drain", "publish", "besides", "tail", "depends-on", "timezone"])
      t.match(stdout, word, `${word} in ${shell}`);
  }
});

t.test("server-sent events are read however they are cut", async (t) => {
  const text = 'id: 1-0\nevent: task\ndata: {"id":"ü"}\n\n: keep alive\n\nevent: resync\ndata: {}\n\n';
  const bytes = Buffer.from(text);
  for (const size of [1, 7, bytes.length]) {
    const chunks = Array.from({ length: Math.ceil(bytes.length / size) }, (_, n) =>
      bytes.subarray(n * size, n * size + size),
    );
    const events = [];
    for await (const event of serverEvents(Readable.from(chunks, { objectMode: true }))) events.push(event);
    t.same(events, [
      { event: "task", id: "1-0", data: { id: "ü" } },
      { event: "resync", data: {} },
    ]);
  }
});
