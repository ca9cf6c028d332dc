import { readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import t from "tap";
import { findConnection } from "../../src/cli/connection.ts";
import { toDeclarations } from "../../src/config/declarations.ts";
import { defaultHosts, hostsOf } from "../../src/config/default-hosts.ts";
import { announceEndpoint } from "../../src/config/endpoint.ts";
import { credentials, installationId, secretsKey } from "../../src/config/installation.ts";
import { parseFile } from "../../src/config/parse-file.ts";
import { publishAddresses, sliceNetwork } from "../../src/config/publish-address.ts";
import { FileSchema } from "../../src/config/schema.ts";
import type { ConfiguredHost } from "../../src/config/settings.ts";
import { warnings } from "../../src/config/warnings.ts";
import { readConfig } from "../../src/config.ts";
import type { EngineId } from "../../src/fleet/model/ids.ts";
import type { EngineInfo } from "../../src/fleet/ports.ts";

const ENGINE: EngineInfo = {
  id: "ENGINE" as EngineId,
  version: "20.10.24+dfsg1",
  cpus: 2,
  memoryMiB: 6144,
  osType: "linux",
  architecture: "x86_64",
  cgroupDriver: "cgroupfs",
  cgroupVersion: 1,
};
const LOCAL = { docker: "unix:///local.sock" };
const ENGINES = new Map([[LOCAL.docker, ENGINE]]);
const CONTEXT = {
  installation: "abcd1234",
  account: "000000000000",
  region: "us-east-1",
  localEngine: LOCAL,
  sliceNetwork: "127.0.1",
  platform: "linux",
  privileged: false,
};
const aHost = (id: string, more: Partial<ConfiguredHost> = {}): ConfiguredHost => ({
  id,
  cluster: "default",
  cpuUnits: 1024,
  memoryMiB: 2048,
  attributes: {},
  ...more,
});

t.test("three slices of the local engine in three zones are the default pool", async (t) => {
  t.match(defaultHosts(ENGINE, "us-east-1"), [
    { id: "local-1", cpuUnits: 1024, memoryMiB: 2048, zone: "us-east-1a" },
    { id: "local-2", cpuUnits: 1024, memoryMiB: 2048, zone: "us-east-1b" },
    { id: "local-3", cpuUnits: 1024, memoryMiB: 2048, zone: "us-east-1c" },
  ]);
  t.match(defaultHosts({ cpus: 0.5, memoryMiB: 900 }, "us-east-1"), [{ cpuUnits: 512, memoryMiB: 300 }, {}, {}]);
  t.same(hostsOf({ region: "us-east-1" }, undefined), [], "none while the local engine does not answer");
});

t.test("a declared host becomes a container instance with built-in and own attributes", async (t) => {
  const own = aHost("local-2", { zone: "us-east-1b", instanceType: "t3.medium", attributes: { stack: "blue" } });
  const [host] = toDeclarations([own], ENGINES, CONTEXT);
  t.match(host, {
    id: "local-2",
    cluster: "000000000000/us-east-1/default",
    engine: LOCAL,
    engineId: "ENGINE",
    declared: { cpuUnits: 1024, memoryMiB: 2048 },
    publishAddress: "127.0.1.2",
    instanceId: /^[0-9a-f]{32}$/,
    ec2InstanceId: /^i-[0-9a-f]{17}$/,
    source: "config",
    attributes: {
      stack: "blue",
      "ecs.os-type": "linux",
      "ecs.cpu-architecture": "x86_64",
      "ecs.instance-type": "t3.medium",
      "ecs.availability-zone": "us-east-1b",
      "ecs.ami-id": /^ami-[0-9a-f]{17}$/,
      "ecs.vpc-id": /^vpc-[0-9a-f]{17}$/,
      "ecs.subnet-id": "subnet-us-east-1b",
      "com.amazonaws.ecs.capability.docker-remote-api.1.41": "",
    },
  });
  const names = Object.keys(host?.attributes ?? {});
  t.notOk(
    names.includes("com.amazonaws.ecs.capability.docker-remote-api.1.42"),
    "an API the engine lacks is not claimed",
  );
  t.notOk(names.includes("com.amazonaws.ecs.capability.privileged-container"), "nor what the config forbids");
});

t.test("a host keeps its ids over restarts, and another installation has others", async (t) => {
  const idsIn = (installation: string) =>
    toDeclarations([aHost("a"), aHost("b")], ENGINES, { ...CONTEXT, installation }).map(({ instanceId }) => instanceId);
  t.same(idsIn("abcd1234"), idsIn("abcd1234"));
  t.equal(new Set([...idsIn("abcd1234"), ...idsIn("other123")]).size, 4);
});

t.test("a host whose engine has not answered is not declared yet", async (t) => {
  const hosts = [aHost("a"), aHost("b", { engine: { docker: "unix:///gone.sock" } })];
  t.same(
    toDeclarations(hosts, ENGINES, CONTEXT).map(({ id }) => id),
    ["a"],
  );
});

t.test("published ports of a host have an address", async (t) => {
  const on = (platform: string, hosts: ConfiguredHost[]) =>
    Object.fromEntries(publishAddresses(hosts, { network: "127.0.1", platform }));
  const slices = [aHost("big"), aHost("local-3"), aHost("local-1"), aHost("x-1")];
  t.same(on("linux", slices), { "local-3": "127.0.1.3", "local-1": "127.0.1.1", big: "127.0.1.2", "x-1": "127.0.1.4" });
  t.same(on("darwin", [aHost("local-1"), aHost("local-2")]), { "local-1": "127.0.0.1", "local-2": "127.0.0.1" });
  const remote = aHost("far", { engine: { docker: "ssh://me@far" } });
  const named = aHost("named", { publish: "127.0.1.1" });
  t.same(on("linux", [remote, named, aHost("local-1")]), {
    far: "0.0.0.0",
    named: "127.0.1.1",
    "local-1": "127.0.1.2",
  });
  t.equal(sliceNetwork(4566), "127.0.1");
  t.not(sliceNetwork(5566), sliceNetwork(4566), "a second Berth does not fight for the first one's ports");
});

t.test("what may surprise is warned about", async (t) => {
  const calm = {
    auth: "sigv4",
    allow: { hostPaths: [], privileged: false },
    redis: { appendfsync: "always" },
  } as const;
  const hosts = [aHost("a", { memoryMiB: 4096 }), aHost("b", { memoryMiB: 4096, cpuUnits: 2048 })];
  t.same(warnings({ ...calm, hosts }, ENGINES, LOCAL), [
    "a, b declare 3072 CPU units, and the engine unix:///local.sock has 2048.",
    "a, b declare 8192 MiB of memory, and the engine unix:///local.sock has 6144.",
  ]);
  t.same(warnings({ ...calm, hosts: [aHost("a")] }, ENGINES, LOCAL), []);
  t.same(warnings({ ...calm, hosts: [aHost("a")] }, new Map(), LOCAL), [
    "The engine unix:///local.sock of a does not answer; its hosts join when it does.",
  ]);
  const bold = {
    auth: "open",
    allow: { hostPaths: [], privileged: true },
    redis: { appendfsync: "everysec" },
  } as const;
  t.equal(warnings(bold, ENGINES, LOCAL).length, 3);
});

t.test("the berth command finds word of the region it acts in", async (t) => {
  const cwd = t.testdir({ "berth.yaml": "region: eu-west-1" });
  await announceEndpoint(await readConfig({ BERTH_PORT: "4700" }, cwd));
  const credentialsFile = join(cwd, ".berth/credentials.json");
  await writeFile(credentialsFile, JSON.stringify({ accessKeyId: "a", secretAccessKey: "b", apiToken: "c" }));
  const found = findConnection({ BERTH_HOME: join(cwd, ".berth"), BERTH_PORT: "4700" });
  t.match(found, { region: "eu-west-1", url: "http://127.0.0.1:4700", accessKeyId: "a" });
  const word = JSON.parse(await readFile(join(cwd, ".berth/run/endpoint.json"), "utf8"));
  t.equal(word.configFile, join(cwd, "berth.yaml"), "berth up compares it with the file it is given");
});

t.test("the example in docs/berth-yaml.md is a file that Berth accepts", async (t) => {
  const text = await readFile("docs/berth-yaml.md", "utf8");
  const example = /```yaml\n(.*?)```/s.exec(text)?.[1] ?? "";
  const { file } = parseFile(example, "berth.yaml");
  t.match(file.hosts, [{ id: "local-1" }, { id: "local-2" }, { id: "big" }]);
  const members = [...Object.keys(FileSchema.properties), ...Object.keys(FileSchema.properties.hosts.items.properties)];
  for (const member of members) t.match(text, new RegExp(`\\| \`${member}[\`.]`), `${member} is described`);
});

t.test("the installation's id and credentials are made once, whoever comes first", async (t) => {
  const home = join(t.testdir({}), "home");
  const ids = await Promise.all(Array.from({ length: 20 }, () => installationId(home)));
  t.equal(new Set(ids).size, 1);
  t.match(ids[0], /^[a-z][a-z0-9]{7}$/);
  const all = await Promise.all(Array.from({ length: 20 }, () => credentials(home)));
  t.equal(new Set(all.map(({ secretAccessKey }) => secretAccessKey)).size, 1);
  t.match(all[0], { accessKeyId: /^BERTH[A-Z2-7]{15}$/, apiToken: /^[\w-]{43}$/ });
  t.same(await credentials(home), all[0], "a later start finds them");
  t.equal((await stat(join(home, "credentials.json"))).mode & 0o777, 0o600, "nobody else can read them");
  t.equal((await readFile(join(home, "installation-id"), "utf8")).trim(), ids[0]);
  const keys = await Promise.all(Array.from({ length: 20 }, () => secretsKey(home)));
  t.equal(new Set(keys.map(({ key }) => Buffer.from(key).toString("hex"))).size, 1, "all encrypt with the same key");
  t.equal(keys[0]?.key.length, 32);
  t.equal((await stat(join(home, "secrets.key"))).mode & 0o777, 0o600);
});

t.test("a damaged installation id or credentials file is refused by name", async (t) => {
  const home = t.testdir({});
  await writeFile(join(home, "installation-id"), "Not one!\n");
  await writeFile(join(home, "credentials.json"), '{"accessKeyId": "BERTHX"}');
  await t.rejects(installationId(home), { message: /installation-id: holds "Not one!", which is no installation id/ });
  await t.rejects(credentials(home), { message: /credentials.json: does not hold/ });
  await writeFile(join(home, "secrets.key"), "c2hvcnQ=\n");
  await t.rejects(secretsKey(home), { message: /secrets.key: does not hold a key of 32 bytes/ });
});
