import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import t, { type Test } from "tap";
import { imageArchive } from "../../scripts/images/image-archive.mjs";
import { tarOf } from "../../scripts/images/tar.mjs";
import { distributionConfig } from "../../scripts/services/distribution.mjs";
import { howToGet } from "../../scripts/setup/advice.mjs";
import { runningPid, startDaemon, stopDaemon } from "../../scripts/setup/daemon.mjs";
import { findEngine } from "../../scripts/setup/find-engine.mjs";
import { berthPaths } from "../../scripts/setup/paths.mjs";
import { processIdentity } from "../../scripts/setup/process-identity.mjs";
import { countTests } from "../../scripts/tests/count-tests.mjs";

// A test's usual folder has a path too long for a socket.
function shortFolder(t: Test): string {
  const folder = mkdtempSync(join(tmpdir(), "berth-test-"));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

t.test("two homes share no path", async (t) => {
  const places = (home: string) => JSON.stringify(berthPaths({ BERTH_HOME: home, BERTH_CONFIG: home }));
  t.notMatch(places("/a/one"), "/a/two");
  t.notMatch(places("/a/two"), "/a/one");
});

t.test("a socket's path fits into what Unix allows, however deep the home lies", async (t) => {
  const deep = berthPaths({ BERTH_HOME: `/home/${"deep/".repeat(40)}.berth` });
  for (const path of [deep.engine.socket, deep.redis.socket, `${deep.engine.exec}/containerd/containerd.sock.ttrpc`])
    t.ok(Buffer.byteLength(path) < 104, path);
  t.equal(berthPaths({ BERTH_HOME: "/srv/berth" }).redis.socket, "/srv/berth/run/redis.sock");
});

t.test("a port that is none is refused by the name of its setting", async (t) => {
  t.throws(() => berthPaths({ BERTH_PORT: "http" }), { message: /^BERTH_PORT=http is not a port/ });
  t.throws(() => berthPaths({ BERTH_REGISTRY_PORT: "70000" }), { message: /^BERTH_REGISTRY_PORT=70000/ });
});

t.test("a pid file counts only for the very process that wrote it", async (t) => {
  const record = join(t.testdir(), "x.json");
  const write = (pid: number, identity: string) => writeFileSync(record, JSON.stringify({ pid, identity }));
  t.equal(runningPid({ record }), undefined, "absent");
  writeFileSync(record, "{ half a fi");
  t.equal(runningPid({ record }), undefined, "cut off by a crash");
  write(process.pid, processIdentity(process.pid) ?? "");
  t.equal(runningPid({ record }), process.pid);
  write(process.pid, "an/earlier-start");
  t.equal(runningPid({ record }), undefined, "the pid went to another process");
  write(2 ** 22 + 1, "no/such");
  t.equal(runningPid({ record }), undefined);
});

t.test("stopping ends our process and leaves one that only has its pid", async (t) => {
  const folder = t.testdir();
  const daemon = { name: "Sleeper", record: join(folder, "sleeper.json"), log: join(folder, "log") };
  await startDaemon(
    daemon,
    { command: process.execPath, args: ["-e", "setInterval(() => {}, 1e6)"] },
    async () => true,
    10,
  );
  t.type(runningPid(daemon), "number");
  t.equal(await stopDaemon(daemon, 10), true);
  t.equal(await stopDaemon(daemon, 10), false, "a second time there is nothing to stop");

  const stranger = spawn(process.execPath, ["-e", "setInterval(() => {}, 1e6)"]);
  t.teardown(() => stranger.kill("SIGKILL"));
  await once(stranger, "spawn");
  writeFileSync(daemon.record, JSON.stringify({ pid: stranger.pid, identity: "an/earlier-start" }));
  t.equal(await stopDaemon(daemon, 10), false);
  t.type(processIdentity(stranger.pid ?? 0), "string", "the stranger lives");
});

t.test("a daemon that dies as it starts is told with its last words, not those of an earlier start", async (t) => {
  const folder = t.testdir({ log: "an old complaint\n" });
  const daemon = { name: "Redis", record: join(folder, "record"), log: join(folder, "log") };
  const start = { command: process.execPath, args: ["-e", "console.error('Bad directive'); process.exit(3)"] };
  const failure = await startDaemon(daemon, start, async () => false, 10).catch((error) => error.message);
  t.match(failure, /^Redis ended as it started\..*Bad directive/s);
  t.notMatch(failure, /an old complaint/);
});

t.test("a program that is not there is one line", async (t) => {
  const folder = t.testdir();
  const daemon = { name: "Redis", record: join(folder, "record"), log: join(folder, "log") };
  await t.rejects(
    startDaemon(daemon, { command: join(folder, "absent"), args: [] }, async () => true, 1),
    {
      message: /^Redis cannot be started: .*ENOENT/,
    },
  );
});

t.test("DOCKER_HOST decides, and one that does not answer is an error, not a reason to take another", async (t) => {
  const folder = shortFolder(t);
  const socket = join(folder, "docker.sock");
  const engine = createServer((_, answer) => answer.end(JSON.stringify({ Components: [{ Name: "Engine" }] })));
  engine.listen(socket);
  await once(engine, "listening");
  t.teardown(() => engine.close());
  t.same(await findEngine("unix:///own", { DOCKER_HOST: `unix://${socket}` }), { dockerHost: `unix://${socket}` });
  await t.rejects(findEngine("unix:///own", { DOCKER_HOST: `unix://${folder}/none.sock` }), {
    message: /^DOCKER_HOST is unix:.*none\.sock, and no Docker engine answers there \(ENOENT\)/,
  });
});

t.test("the engine of the docker command's context is found without the docker command", async (t) => {
  const folder = shortFolder(t);
  writeFileSync(join(folder, "config.json"), JSON.stringify({ currentContext: "desktop-linux" }));
  const socket = join(folder, "d.sock");
  const id = "fe9c6bd7a66301f49ca9b6a70b217107cd1284598bfc254700c989b916da791e"; // sha256("desktop-linux")
  mkdirSync(join(folder, "contexts/meta", id), { recursive: true });
  writeFileSync(
    join(folder, "contexts/meta", id, "meta.json"),
    JSON.stringify({ Endpoints: { docker: { Host: `unix://${socket}` } } }),
  );
  const engine = createServer((_, answer) => answer.end("{}"));
  engine.listen(socket);
  await once(engine, "listening");
  t.teardown(() => engine.close());
  t.same(await findEngine("unix:///own", { DOCKER_CONFIG: folder }), { dockerHost: `unix://${socket}` });
});

t.test("every system is told how to get each part", async (t) => {
  t.match(howToGet("engine", "macos"), /Docker Desktop/);
  t.match(howToGet("engine", "windows"), /WSL2/);
  t.match(howToGet("redis", "macos"), /brew install/);
  t.match(howToGet("registry", "fedora"), /dnf install/);
});

t.test("an archive of the same entries has the same bytes, and tar reads it", async (t) => {
  const entries = [
    { path: "etc/" },
    { path: "etc/hello", content: Buffer.from("hello\n"), mode: 0o600 },
    { path: "etc/link", linkTo: "hello" },
  ];
  t.ok(tarOf(entries).equals(tarOf(entries)));
  const folder = t.testdir();
  const tar = spawn("tar", ["-x", "-C", folder], { stdio: ["pipe", "ignore", "inherit"] });
  tar.stdin.end(tarOf(entries));
  t.same(await once(tar, "close"), [0, null]);
  t.equal(readFileSync(join(folder, "etc/link"), "utf8"), "hello\n");
  t.throws(() => tarOf([{ path: "x".repeat(101) }]), /too long/);
});

t.test("an image's configuration names its recipe and its layers", async (t) => {
  const folder = t.testdir();
  const archive = imageArchive({
    tag: "berth/x:latest",
    layers: [tarOf([{ path: "a/" }])],
    config: { Cmd: ["sh"] },
    recipe: "r1",
  });
  const tar = spawn("tar", ["-x", "-C", folder], { stdio: ["pipe", "ignore", "inherit"] });
  tar.stdin.end(archive);
  await once(tar, "close");
  const [image] = JSON.parse(readFileSync(join(folder, "manifest.json"), "utf8"));
  t.same(image.RepoTags, ["berth/x:latest"]);
  t.ok(existsSync(join(folder, image.Layers[0])));
  const config = JSON.parse(readFileSync(join(folder, image.Config), "utf8"));
  t.match(config, { os: "linux", config: { Cmd: ["sh"], Labels: { "berth.recipe": "r1" } } });
  t.equal(config.rootfs.diff_ids.length, 1);
});

t.test("the registry's configuration holds its paths, whatever is in them", async (t) => {
  const template = readFileSync("registry/distribution.yml", "utf8");
  const config = distributionConfig(template, { socket: "/a: b/$&/r.sock", data: "/d #1" });
  t.match(config, 'addr: "/a: b/$&/r.sock"');
  t.match(config, 'rootdirectory: "/d #1"');
  t.notMatch(config, /\$SOCKET|\$DATA|blobdescriptor: /);
});

t.test("tests are counted, not their assertions; what fails outside of any test counts too", async (t) => {
  const tap = `TAP version 14
# Subtest: a.test.ts
    # Subtest: one
        ok 1 - x
        ok 2 - x
        1..2
    ok 1 - one
    # Subtest: group
        # Subtest: two
            not ok 1 - x
            1..1
        not ok 1 - two
        1..1
    not ok 2 - group
    ok 3 - three # SKIP no reason
    1..3
not ok 1 - a.test.ts
# Subtest: b.test.ts
    # Subtest: four
        ok 1 - x
        1..1
    ok 1 - four
    not ok 2 - thrown between two tests
    1..2
not ok 2 - b.test.ts
not ok 3 - c.test.ts
1..3
`;
  t.same(await countTests(tap), { passed: 2, failed: 3, skipped: 1 });
  t.same(await countTests(""), { passed: 0, failed: 0, skipped: 0 });
});

t.test("the lock file has an entry for every platform's package that it names, or npm ci refuses it", async (t) => {
  type Entry = { optionalDependencies?: Record<string, string> };
  const { packages }: { packages: Record<string, Entry> } = JSON.parse(readFileSync("package-lock.json", "utf8"));
  const missing = Object.entries(packages).flatMap(([path, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies).filter(
      (name) => !packages[`${path}/node_modules/${name}`] && !packages[`node_modules/${name}`],
    ),
  );
  t.same(missing, []);
});
