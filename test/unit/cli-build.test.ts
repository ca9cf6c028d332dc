import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import t, { type Test } from "tap";
import { extract } from "tar-stream";
import { buildContext } from "../../src/cli/build/context.ts";
import { connectEngine, type Engine } from "../../src/cli/build/engine.ts";
import { engineAddress } from "../../src/cli/build/engine-address.ts";
import { buildAndPush } from "../../src/cli/commands/build.ts";
import type { Ecr } from "../../src/cli/ecr.ts";
import { CliError, failureLine } from "../../src/cli/failure.ts";
import { anOut } from "../support/cli.ts";

const HERE = { account: "000000000000", region: "us-east-1" };
const DIGEST = `sha256:${"ab".repeat(32)}`;
const meta = { $metadata: {} };
const signal = new AbortController().signal;

/** A folder with these files, by path. */
const folderOf = (t: Pick<Test, "testdir">, files: Record<string, string>): string => {
  const folder = t.testdir({});
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), content);
  }
  return folder;
};

/** The files of a tar, by name, without its folders. */
const filesIn = async (tar: Readable): Promise<Record<string, string>> => {
  const files: Record<string, string> = {};
  for await (const entry of tar.pipe(extract())) {
    if (entry.header.type === "file") files[entry.header.name] = await text(entry);
    else entry.resume();
  }
  return files;
};

t.test("a build is sent its folder, without what .dockerignore leaves out", async (t) => {
  const folder = folderOf(t, {
    Dockerfile: "FROM x",
    ".dockerignore": "# comment\nDockerfile\nnode_modules\n**/*.log\nsub\n!sub/kept\n",
    main: "main",
    "a.log": "",
    "deep/b.log": "",
    "deep/c": "c",
    "node_modules/x/y": "",
    "sub/kept/d": "d",
    "sub/gone": "",
  });
  const { dockerfile, tar } = buildContext(folder);
  t.equal(dockerfile, "Dockerfile");
  const files = await filesIn(tar());
  t.same(Object.keys(files).sort(), [".dockerignore", "Dockerfile", "deep/c", "main", "sub/kept/d"]);
  t.equal(files["deep/c"], "c");
});

t.test("files are sent with the modes they have, whatever mask the command runs under", async (t) => {
  const folder = folderOf(t, { Dockerfile: "FROM x" });
  chmodSync(join(folder, "Dockerfile"), 0o666);
  const modes: (number | undefined)[] = [];
  for await (const entry of buildContext(folder).tar().pipe(extract())) {
    modes.push(entry.header.name === "Dockerfile" ? entry.header.mode : undefined);
    entry.resume();
  }
  t.ok(modes.includes(0o666));
});

t.test("without .dockerignore all of it is sent; the Dockerfile may have another name", async (t) => {
  const folder = folderOf(t, { "docker/Web": "FROM x", "a.log": "a" });
  const { dockerfile, tar } = buildContext(folder, join(folder, "docker/Web"));
  t.equal(dockerfile, "docker/Web");
  t.same(Object.keys(await filesIn(tar())).sort(), ["a.log", "docker/Web"]);
});

t.test("a folder or Dockerfile that is not there is told before anything is sent", async (t) => {
  const folder = folderOf(t, { "sub/x": "" });
  const failed = (...of: Parameters<typeof buildContext>) => {
    try {
      return String(buildContext(...of));
    } catch (error) {
      return failureLine(error as Parameters<typeof failureLine>[0]).replaceAll(folder, "FOLDER");
    }
  };
  t.equal(failed(join(folder, "nowhere")), "berth: FOLDER/nowhere is not a folder");
  t.equal(failed(folder), "berth: there is no FOLDER/Dockerfile; name another Dockerfile with --file");
  t.match(failed(join(folder, "sub"), import.meta.filename), /lies outside FOLDER\/sub, and only that is sent/);
});

t.test("an engine is found by every address that DOCKER_HOST takes, but for ssh", async (t) => {
  const address = (name: string, env = {}) => engineAddress(name, env).options;
  t.same(address("unix:///var/run/docker.sock"), { socketPath: "/var/run/docker.sock" });
  t.same(address("npipe:////./pipe/docker_engine"), { socketPath: "\\\\.\\pipe\\docker_engine" });
  t.same(address("tcp://10.0.0.9"), { host: "10.0.0.9", port: "2375" });
  const folder = folderOf(t, { "ca.pem": "ca", "cert.pem": "cert", "key.pem": "key" });
  const tls = { DOCKER_TLS_VERIFY: "1", DOCKER_CERT_PATH: folder };
  t.match(engineAddress("tcp://10.0.0.9:2376", tls), { isTls: true, options: { port: "2376", ca: Buffer.from("ca") } });
  t.throws(() => address("tcp://10.0.0.9:2376", { ...tls, DOCKER_CERT_PATH: join(folder, "no") }), {
    message: /reached by TLS, and ENOENT/,
  });
  t.throws(() => address("ssh://me@there"), { message: /cannot reach an engine at ssh:/, hint: /ssh -N -L/ });
});

/** A real server on a socket in place of the engine. */
const anEngineThat = async (t: Test, answer: (asked: IncomingMessage, to: ServerResponse) => void): Promise<Engine> => {
  // A test's own folder may lie deeper than a socket's address may be long.
  const folder = mkdtempSync(join(tmpdir(), "berth-"));
  const socket = join(folder, "e.sock");
  const server = createServer(answer).listen(socket);
  await new Promise((resolve) => server.once("listening", resolve));
  t.teardown(() => {
    server.close();
    server.closeAllConnections();
    rmSync(folder, { recursive: true });
  });
  return connectEngine(engineAddress(`unix://${socket}`, {}));
};

const told = async (messages: AsyncIterable<unknown>): Promise<unknown[]> => {
  const all: unknown[] = [];
  for await (const message of messages) all.push(message);
  return all;
};

t.test("an engine is sent the folder and tells what it does, line by line", async (t) => {
  const got: unknown[] = [];
  const engine = await anEngineThat(t, async (asked, to) => {
    got.push(asked.method, asked.url, asked.headers["x-registry-config"], await filesIn(asked));
    to.write('{"stream":"Step 1"}\r\n{"stre');
    to.end('am":"Step 2"}\r\n{"aux":{"ID":"sha256:1"}}\r\n');
  });
  const body = buildContext(folderOf(t, { Dockerfile: "FROM x" })).tar();
  const headers = { "x-registry-config": "e30=" };
  t.same(await told(engine.messages("/build", { query: { dockerfile: "a b" }, headers, body, signal })), [
    { stream: "Step 1" },
    { stream: "Step 2" },
    { aux: { ID: "sha256:1" } },
  ]);
  t.same(got, ["POST", "/build?dockerfile=a+b", "e30=", { Dockerfile: "FROM x" }]);
});

t.test("what an engine refuses, at once or in the middle, is told in its own words", async (t) => {
  const engine = await anEngineThat(t, (asked, to) => {
    asked.resume();
    if (asked.url === "/early") to.writeHead(400).end('{"message":"unknown instruction: FRO"}');
    else if (asked.url === "/plain") to.writeHead(500).end("out of order\n");
    else to.end('{"stream":"x"}\n{"errorDetail":{"message":"no"},"error":"no space left"}\n{"stream":"y"}\n');
  });
  const failure = (path: string) => told(engine.messages(path, { signal }));
  await t.rejects(failure("/early"), { message: "unknown instruction: FRO" });
  await t.rejects(failure("/plain"), { message: "out of order" });
  await t.rejects(failure("/late"), { message: "no space left" });
  await t.rejects(engine.post("/early", { signal }), { message: "unknown instruction: FRO" });
});

t.test(
  "an engine that goes away in the middle, and a file that cannot be read, are told as what they are",
  async (t) => {
    const engine = await anEngineThat(t, (asked, to) => {
      asked.resume().once("end", () => to.write('{"stream":"x"}\n', () => to.destroy()));
    });
    await t.rejects(told(engine.messages("/build", { signal })), { message: /e\.sock broke the connection off$/ });
    const unreadable = Readable.from(
      (async function* () {
        yield Buffer.from("x");
        throw new Error("EACCES: permission denied, open 'secret'");
      })(),
    );
    await t.rejects(told(engine.messages("/build", { body: unreadable, signal })), { message: /^EACCES/ });
  },
);

t.test("Ctrl-C ends a build that is under way", async (t) => {
  const interruption = new AbortController();
  const engine = await anEngineThat(t, (asked, to) => {
    asked.resume();
    to.write('{"stream":"x"}\n');
  });
  const build = async () => {
    for await (const _ of engine.messages("/build", { signal: interruption.signal })) interruption.abort();
  };
  await t.rejects(build(), { message: "aborted" }, "and not as a failure of the engine");
});

t.test("an image is on the engine or not", async (t) => {
  const engine = await anEngineThat(t, (asked, to) => {
    to.writeHead(asked.url === "/images/berth/busybox/json" ? 200 : 404).end("{}");
  });
  t.equal(await engine.hasImage("berth/busybox"), true);
  t.equal(await engine.hasImage("berth/other"), false);
});

t.test("where no engine answers, its address is told and not Berth's", async (t) => {
  const engine = connectEngine(engineAddress("unix:///nowhere/none.sock", {}));
  await t.rejects(told(engine.messages("/build", { signal })), {
    message: /^no Docker engine answers at unix:.*none\.sock \(ENOENT\)$/,
    hint: /DOCKER_HOST/,
  });
});

type Messages = Record<string, object[]>;

const BUILT = {
  "/build": [{ stream: "Step 1/1 : FROM x\n" }, { stream: " ---> 0123456789ab\n" }, { aux: { ID: "sha256:1" } }],
};
const PUSHED = {
  "/images/localhost:4510/team/app/push": [
    { status: "The push refers to repository [localhost:4510/team/app]" },
    { status: "Preparing", id: "aa" },
    { status: "Pushing", id: "aa", progressDetail: { current: 500, total: 2000 } },
    { status: "Layer already exists", id: "bb" },
    { status: "Pushed", id: "aa" },
    { status: `1: digest: ${DIGEST} size: 500` },
    { aux: { Tag: "1", Digest: DIGEST, Size: 500 } },
  ],
};

/** A whole `berth build` against an engine that says these messages, and a registry that has these repositories. */
const built = async (t: Test, messages: Messages, repositories: string[] = [], more = {}) => {
  const asked: [path: string, query: object, headers: Record<string, string>][] = [];
  const created: unknown[] = [];
  const engine: Engine = {
    async *messages(path, { query = {}, headers = {} }) {
      asked.push([path, query, headers]);
      for (const message of messages[path] ?? []) {
        if (message instanceof Error) throw message;
        yield message;
      }
    },
    async post(path, { query = {} }) {
      asked.push([path, query, {}]);
    },
    hasImage: async () => true,
  };
  const repositoryOf = (name = "") => ({ repositoryName: name, repositoryUri: `localhost:4510/${name}` });
  const ecr: Partial<Ecr> = {
    getAuthorizationToken: async () => ({
      ...meta,
      authorizationData: [
        {
          authorizationToken: Buffer.from("AWS:secret").toString("base64"),
          expiresAt: new Date(),
          proxyEndpoint: "http://localhost:4510",
        },
      ],
    }),
    describeRepositories: async ({ repositoryNames: [name = ""] = [] }) => {
      if (repositories.includes(name)) return { ...meta, repositories: [repositoryOf(name)] };
      throw Object.assign(new Error("none"), { name: "RepositoryNotFoundException" });
    },
    createRepository: async ({ repositoryName }) => {
      created.push(repositoryName);
      return { ...meta, repository: repositoryOf(repositoryName) };
    },
  };
  const { said, out } = anOut();
  const folder = folderOf(t, { Dockerfile: "FROM x" });
  const options = { tag: "team/app:1", ...more };
  const failure = await buildAndPush({ ecr: ecr as Ecr, engine, out, here: HERE, signal }, folder, options).then(
    () => undefined,
    (error) => failureLine(error),
  );
  return { said, asked, created, failure };
};

const decoded = (header = ""): unknown => JSON.parse(Buffer.from(header, "base64url").toString());

t.test("build builds, makes the missing repository, names the image and pushes it", async (t) => {
  const buildArg = [["VERSION", "1"]] as const;
  const { said, asked, created, failure } = await built(t, { ...BUILT, ...PUSHED }, [], { buildArg, cache: false });
  t.equal(failure, undefined);
  t.same(created, ["team/app"]);
  t.match(asked, [
    ["/build", { dockerfile: "Dockerfile", buildargs: '{"VERSION":"1"}', nocache: "true" }],
    ["/images/sha256:1/tag", { repo: "localhost:4510/team/app", tag: "1" }],
    ["/images/localhost:4510/team/app/push", { tag: "1" }],
  ]);
  t.same(decoded(asked[0]?.[2]["x-registry-config"]), { "localhost:4510": { username: "AWS", password: "secret" } });
  const auth = { username: "AWS", password: "secret", serveraddress: "localhost:4510" };
  t.same(decoded(asked[2]?.[2]["x-registry-auth"]), auth);
  t.equal(said.stdout, "localhost:4510/team/app:1\n");
  t.equal(
    said.stderr,
    `Step 1/1 : FROM x\nmade the repository team/app\nlayer bb is there already\nlayer aa pushed\npushed ${DIGEST}\n`,
  );
  t.ok(said.progress.includes("pushing 500B of 2kB"));
  t.equal(said.progress.at(-1), "", "and is cleared");
});

t.test("a repository that is there is left as it is; --json says what came of it", async (t) => {
  const { said, created } = await built(t, { ...BUILT, ...PUSHED }, ["team/app"], { json: true });
  t.same(created, []);
  t.same(JSON.parse(said.stdout), { image: "localhost:4510/team/app:1", digest: DIGEST, imageId: "sha256:1" });
});

t.test("a failed build makes no repository and pushes nothing", async (t) => {
  const messages = {
    "/build": [{ stream: "Step 1" }, new Error("The command '/bin/false' returned a non-zero code: 1")],
  };
  const { asked, created, failure } = await built(t, messages);
  t.equal(failure, "berth: The command '/bin/false' returned a non-zero code: 1");
  t.same(created, []);
  t.equal(asked.length, 1);
});

t.test("a failed push is told in the engine's words", async (t) => {
  const path = "/images/localhost:4510/team/app/push";
  const { said, failure } = await built(t, { ...BUILT, [path]: [new Error("tag invalid: it is immutable")] }, [
    "team/app",
  ]);
  t.equal(failure, "berth: tag invalid: it is immutable");
  t.equal(said.stdout, "");
});

t.test(
  "where the Dockerfile begins with an image that no registry gives, the images that are there are named",
  async (t) => {
    const refused = new CliError('Get "https://registry-1.docker.io/v2/": dial tcp: no such host');
    const { failure } = await built(t, { "/build": [refused] });
    t.match(failure, /no such host; the engine has berth\/busybox and berth\/node/);
  },
);

t.test("where the engine cannot reach the registry, the setting that opens it is named", async (t) => {
  const refused = new CliError("dial tcp 127.0.0.1:4510: connect: connection refused");
  const { failure } = await built(t, { ...BUILT, "/images/localhost:4510/team/app/push": [refused] });
  t.match(failure, /connection refused; the engine that builds has to reach .* at localhost:4510; .*registry\.listen/);
});

t.test("an image is named by its digest only once it is pushed", async (t) => {
  const { failure, asked } = await built(t, {}, [], { tag: `app@${DIGEST}` });
  t.match(failure, /a digest comes of the content/);
  t.same(asked, []);
});
