import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import t from "tap";
import { parseFile } from "../../src/config/parse-file.ts";
import { ConfigError, readConfig } from "../../src/config.ts";

/** The lines that a person is shown for a file. */
const complaints = (text: string): string[] => {
  try {
    parseFile(text, "berth.yaml");
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.message.split("\n");
    throw error;
  }
};

t.test("every problem of a file is told at once, each with its line and member", async (t) => {
  const lines = complaints(
    [
      "account: 12",
      "auth: opn",
      "hosts:",
      "  - id: a",
      "    cpu: lots",
      "    memry: 3",
      "  - {id: B, cpu: 1, memory: 44, attributes: {stack: 3}}",
    ].join("\n"),
  );
  t.same(lines, [
    'berth.yaml:1:10 account: is 12, and must be twelve digits in quotes, such as "000000000000"',
    'berth.yaml:2:7 auth: is "opn", and must be sigv4 or open',
    "berth.yaml:4:5 hosts[0]: memory is missing",
    'berth.yaml:5:10 hosts[0].cpu: is "lots", and must be CPU units from 128 to 196608; 1024 are one core',
    "berth.yaml:6:5 hosts[0].memry: is not a member of hosts[0]; did you mean memory?",
    'berth.yaml:7:10 hosts[1].id: is "B", and must be a name of lower-case letters, digits and hyphens, such as local-1',
    "berth.yaml:7:18 hosts[1].cpu: is 1, and must be CPU units from 128 to 196608; 1024 are one core",
    "berth.yaml:7:53 hosts[1].attributes.stack: is 3, and must be text of at most 128 characters",
  ]);
});

t.test("how jobs are run is checked member by member", async (t) => {
  const lines = complaints(
    "batch:\n  backfill: maybe\n  keepJobsDays: 0\n  minimumAttemptDurationSeconds: 61\n  retries: 3\n",
  );
  t.same(lines, [
    'berth.yaml:2:13 batch.backfill: is "maybe", and must be true or false',
    "berth.yaml:3:17 batch.keepJobsDays: is 0, and must be days from 1 to 365",
    "berth.yaml:4:34 batch.minimumAttemptDurationSeconds: is 61, and must be seconds from 1 to 60; AWS's own minimum is 60",
    "berth.yaml:5:3 batch.retries: is not a member of batch; known here are cluster, backfill, retryBackoffSeconds, keepJobsDays, minimumAttemptDurationSeconds",
  ]);
});

t.test("a member that nothing acts on yet is refused by name", async (t) => {
  const lines = complaints("registry: { url: x }\nimagePullBehavior: once\n");
  t.match(lines, [
    "berth.yaml:1:13 registry.url: nothing in Berth acts on this member yet; leave it out",
    "berth.yaml:2:1 imagePullBehavior: nothing in Berth acts on this member yet; leave it out",
  ]);
});

const WRONG = {
  "a host twice": [
    "hosts:\n- {id: a, cpu: 1024, memory: 512}\n- {id: a, cpu: 1024, memory: 512}",
    "berth.yaml:3:8 hosts[1].id: a is already the id of hosts[0]; every host needs its own",
  ],
  "a host twice on two engines": [
    "hosts:\n- {id: a, cpu: 1024, memory: 512}\n- {id: a, docker: unix:///b.sock, cpu: 1024, memory: 512}",
    "berth.yaml:3:8 hosts[1].id: a is already the id of hosts[0]; every host needs its own",
  ],
  "an address twice": [
    "hosts:\n- {id: a, cpu: 1024, memory: 512, publish: 127.0.1.9}\n- {id: b, cpu: 1024, memory: 512, publish: 127.0.1.9}",
    "berth.yaml:3:44 hosts[1].publish: 127.0.1.9 is already the publish address of hosts[0]; slices of one engine need different ones",
  ],
  "an engine's address of no known kind": [
    "hosts: [{id: a, docker: http://x, cpu: 1024, memory: 512}]",
    'berth.yaml:1:25 hosts[0].docker: is "http://x", and must be unix:///PATH, tcp://HOST:PORT or ssh://USER@HOST',
  ],
  "an engine's address without a port": [
    "hosts: [{id: a, docker: tcp://10.1.1.1, cpu: 1024, memory: 512}]",
    "berth.yaml:1:25 hosts[0].docker: tcp://10.1.1.1 names no port; Docker uses 2376 with TLS, 2375 without",
  ],
  "TLS on a socket": [
    "hosts: [{id: a, tls: {ca: a, cert: b, key: c}, cpu: 1024, memory: 512}]",
    "berth.yaml:1:22 hosts[0].tls: goes with docker: tcp://HOST:PORT only",
  ],
  "an attribute in ECS's own name space": [
    'hosts: [{id: a, cpu: 1024, memory: 512, attributes: {ecs.os-type: "x"}}]',
    "berth.yaml:1:67 hosts[0].attributes.ecs.os-type: names that begin with ecs. are Berth's own",
  ],
  "a member twice": [
    "region: us-east-1\nregion: us-east-2",
    "berth.yaml:2:1: the member region stands here for the second time",
  ],
  "an address inside a network": [
    "network: 10.42.1.0/16",
    "berth.yaml:1:10 network: 10.42.1.0 is an address inside its network, not the network's first one",
  ],
  "a network too small": [
    "network: 10.42.1.0/25",
    "berth.yaml:1:10 network: a prefix of /25 does not work: /8 to /24 hold the /24s of the clusters",
  ],
  "a network that is none": ["network: 10.300.0.0/16", "berth.yaml:1:10 network: 10.300.0.0 is not an IPv4 address"],
  "a subnet too small": [
    "hosts: [{id: a, cpu: 1024, memory: 512, subnet: 10.60.1.0/30}]",
    "berth.yaml:1:49 hosts[0].subnet: a prefix of /30 does not work: /16 to /28 do",
  ],
  "a subnet out of which others are cut": [
    "hosts: [{id: a, cpu: 1024, memory: 512, subnet: 10.42.1.0/24}]",
    "berth.yaml:1:49 hosts[0].subnet: 10.42.1.0/24 overlaps network 10.42.0.0/16, out of which clusters get theirs on other engines",
  ],
  "a subnet of two engines": [
    "hosts:\n- {id: a, cpu: 1024, memory: 512, subnet: 10.60.0.0/16}\n- {id: b, docker: unix:///b.sock, cpu: 1024, memory: 512, subnet: 10.60.1.0/24}",
    "berth.yaml:3:67 hosts[1].subnet: 10.60.1.0/24 overlaps 10.60.0.0/16, the subnet of a, which is another engine's or cluster's",
  ],
  "two subnets of one network": [
    "hosts:\n- {id: a, cpu: 1024, memory: 512, subnet: 10.60.1.0/24}\n- {id: b, cpu: 1024, memory: 512}",
    "berth.yaml:3:3 hosts[1]: a is of the same engine and cluster, and has 10.60.1.0/24: they share one network, so both need the same",
  ],
  "no host": ["hosts: []", "berth.yaml:1:8 hosts: is [], and must be a list of at least one host"],
  "a relative path": [
    "allow: {hostPaths: [data]}",
    'berth.yaml:1:21 allow.hostPaths[0]: is "data", and must be an absolute path of the engine\'s machine',
  ],
  "a list at the top": ["- a", 'berth.yaml:1:1: is ["a"], and must be members (NAME: VALUE)'],
  "an alias without its anchor": [
    "region: *here",
    "berth.yaml: Unresolved alias (the anchor must be set before the alias): here",
  ],
} as const;

t.test("a file is refused that has", async (t) => {
  for (const [what, [text, complaint]] of Object.entries(WRONG)) t.same(complaints(text), [complaint], what);
  t.match(complaints("hosts: [\n a: b: c"), [/^berth.yaml:2:5: /], "what is not YAML, with its line");
});

t.test("without a file the defaults hold", async (t) => {
  const config = await readConfig({}, t.testdir({}));
  t.match(config, {
    apiPort: 4566,
    registryPort: 4510,
    account: "000000000000",
    region: "us-east-1",
    auth: "sigv4",
    network: "10.42.0.0/16",
    hostLostAfterSeconds: 10,
    taskRecordSeconds: 3600,
    buckets: {},
    allow: { hostPaths: [], privileged: false },
    batch: {
      cluster: "default",
      backfill: false,
      retryBackoffSeconds: 0,
      keepJobsDays: 7,
      minimumAttemptDurationSeconds: 60,
    },
    services: { healthyAfterSeconds: 40, backoff: { firstSeconds: 2, longestSeconds: 1620 } },
    redis: { appendfsync: "always" },
    localEngine: { docker: "unix:///var/run/docker.sock" },
    engineStartedByBerth: false,
    failpoints: [],
  });
  t.equal(config.hosts, undefined);
  t.equal(config.configFile, undefined);
});

t.test("./berth.yaml is read where it exists, and its paths are relative to it", async (t) => {
  const file =
    "hosts:\n- {id: far, docker: 'tcp://10.0.0.9:2376', tls: {ca: ca.pem, cert: ca.pem, key: ca.pem}, cpu: 2048, memory: 4096}\nbuckets: {conf: env}\n";
  const cwd = t.testdir({ "berth.yaml": file, "ca.pem": "" });
  const config = await readConfig({}, cwd);
  t.equal(config.configFile, join(cwd, "berth.yaml"));
  t.same(config.buckets, { conf: join(cwd, "env") });
  t.match(config.hosts, [
    { id: "far", cluster: "default", cpuUnits: 2048, memoryMiB: 4096, engine: { tls: { ca: join(cwd, "ca.pem") } } },
  ]);
});

t.test("a TLS file that is not there is named with its line", async (t) => {
  const file =
    "hosts:\n- {id: far, docker: 'tcp://10.0.0.9:2376', tls: {ca: a, cert: c.pem, key: c.pem}, cpu: 2048, memory: 4096}\n";
  const cwd = t.testdir({ "berth.yaml": file, "c.pem": "" });
  await t.rejects(readConfig({}, cwd), {
    message: `berth.yaml:2:54 hosts[0].tls.ca: ${join(cwd, "a")} cannot be read`,
  });
});

t.test("BERTH_CONFIG names a file that must exist", async (t) => {
  const cwd = t.testdir({ "other.yaml": "region: eu-west-1" });
  t.equal((await readConfig({ BERTH_CONFIG: "other.yaml" }, cwd)).region, "eu-west-1");
  await t.rejects(readConfig({ BERTH_CONFIG: "none.yaml" }, cwd), { message: /none.yaml, and there is no such file/ });
});

t.test("the environment moves everything, and its problems come together", async (t) => {
  const cwd = t.testdir({});
  const env = {
    BERTH_HOME: "here",
    BERTH_PORT: "5000",
    BERTH_REGISTRY_PORT: "5001",
    DOCKER_HOST: "tcp://127.0.0.1:2375",
  };
  t.match(await readConfig({ ...env, BERTH_FAILPOINTS: "a.b=crash*2" }, cwd), {
    home: join(cwd, "here"),
    apiPort: 5000,
    registryPort: 5001,
    localEngine: { docker: "tcp://127.0.0.1:2375" },
    failpoints: [{ name: "a.b", action: "crash", after: 2 }],
  });
  const wrong = { BERTH_PORT: "0", BERTH_REGISTRY_PORT: "4566", BERTH_FAILPOINTS: "boom", DOCKER_HOST: "docker" };
  await t.rejects(readConfig(wrong, cwd), {
    message: [
      'BERTH_FAILPOINTS: failpoint "boom" is not NAME=crash|error|hang[*PASSES]',
      "BERTH_PORT: 0 is not a port: give a number from 1 to 65535",
      "BERTH_REGISTRY_PORT: 4566 is BERTH_PORT already",
      "DOCKER_HOST: docker is not unix:///…, tcp://… or ssh://…",
    ].join("\n"),
  });
});

t.test("what the set-up found is believed, and DOCKER_HOST overrules it", async (t) => {
  const cwd = t.testdir({});
  const facts = {
    engine: { dockerHost: "unix:///ours.sock", startedByBerth: true },
    redis: { socket: "/r.sock" },
    distribution: { socket: "/d.sock" },
    images: "/images",
  };
  await mkdir(join(cwd, ".berth/run"), { recursive: true });
  await writeFile(join(cwd, ".berth/run/setup.json"), JSON.stringify(facts));
  const found = { redisSocket: "/r.sock", distributionSocket: "/d.sock", imagesFolder: "/images" };
  t.match(await readConfig({}, cwd), {
    ...found,
    localEngine: { docker: "unix:///ours.sock" },
    engineStartedByBerth: true,
  });
  const overruled = await readConfig({ DOCKER_HOST: "unix:///theirs.sock" }, cwd);
  t.match(overruled, { localEngine: { docker: "unix:///theirs.sock" }, engineStartedByBerth: false });
});
