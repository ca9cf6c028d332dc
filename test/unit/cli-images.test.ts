import type { ImageDetail, Repository } from "@aws-sdk/client-ecr";
import t from "tap";
import { type Api, ApiFailure } from "../../src/cli/api.ts";
import { expireImages, showImages } from "../../src/cli/commands/images.ts";
import { login } from "../../src/cli/commands/login.ts";
import type { Ecr } from "../../src/cli/ecr.ts";
import { imageNameOf } from "../../src/cli/images/image-name.ts";
import { type RunProgram, runProgram } from "../../src/cli/run-program.ts";
import { bytes } from "../../src/cli/views/words.ts";
import { anOut, notAsked } from "../support/cli.ts";

const HERE = { account: "000000000000", region: "us-east-1" };
const DIGEST = `sha256:${"ab".repeat(32)}`;
const OTHER = `sha256:${"cd".repeat(32)}`;
const DOCKER = "application/vnd.docker.distribution.manifest.v2+json";
const meta = { $metadata: {} };
const minutesAgo = (minutes: number): Date => new Date(Date.now() - minutes * 60_000);

const anEcr = (more: Partial<Ecr> = {}): Ecr => ({
  getAuthorizationToken: async () => ({
    ...meta,
    authorizationData: [
      {
        authorizationToken: Buffer.from("AWS:pass:word").toString("base64"),
        expiresAt: new Date("2026-01-01T12:00:00Z"),
        proxyEndpoint: "http://localhost:4510",
      },
    ],
  }),
  createRepository: notAsked("CreateRepository"),
  describeRepositories: notAsked("DescribeRepositories"),
  describeImages: notAsked("DescribeImages"),
  getLifecyclePolicy: notAsked("GetLifecyclePolicy"),
  batchGetImage: notAsked("BatchGetImage"),
  ...more,
});

const anApi = (answers: Record<string, unknown> = {}): Api => {
  const answer = async <Answer>(path: string): Promise<Answer> => {
    if (answers[path] instanceof Error) throw answers[path];
    if (path in answers) return answers[path] as Answer;
    throw new Error(`${path} was not to be asked`);
  };
  return {
    get: (path) => answer(`GET ${path}`),
    send: (method, path) => answer(`${method} ${path}`),
    async *lines() {},
    async *events() {},
  };
};

const anImage = (more: Partial<ImageDetail> = {}): ImageDetail => ({
  repositoryName: "team/app",
  imageTags: ["1", "latest"],
  imageDigest: DIGEST,
  imageSizeInBytes: 1_979_000,
  imagePushedAt: minutesAgo(5),
  imageManifestMediaType: DOCKER,
  ...more,
});

/** A registry of these images, one a page. */
const holding = (repositories: Record<string, ImageDetail[]>, more: Partial<Repository> = {}): Partial<Ecr> => ({
  describeRepositories: async () => ({
    ...meta,
    repositories: Object.keys(repositories).map((repositoryName) => ({
      repositoryName,
      repositoryUri: `localhost:4510/${repositoryName}`,
      imageTagMutability: "MUTABLE",
      ...more,
    })),
  }),
  describeImages: async ({ repositoryName = "", nextToken = "0" }) => {
    const images = repositories[repositoryName] ?? [];
    const next = Number(nextToken) + 1;
    return {
      ...meta,
      imageDetails: images.slice(next - 1, next),
      ...(next < images.length && { nextToken: String(next) }),
    };
  },
});

t.test("an image is named as people, docker and task definitions name it", async (t) => {
  const names: Record<string, ReturnType<typeof imageNameOf>> = {
    app: { repository: "app" },
    "team/app:1.2-rc_3": { repository: "team/app", tag: "1.2-rc_3" },
    [`app@${DIGEST}`]: { repository: "app", digest: DIGEST },
    [`app:1@${DIGEST}`]: { repository: "app", tag: "1", digest: DIGEST },
    "localhost:4510/team/app:1": { repository: "team/app", tag: "1" },
    "localhost:4510/000000000000.us-east-1/app": { repository: "app" },
    "000000000000.dkr.ecr.us-east-1.amazonaws.com/team/app:1": { repository: "team/app", tag: "1" },
  };
  for (const [text, name] of Object.entries(names)) t.same(imageNameOf(text, HERE), name, text);
  for (const wrong of ["", "App", "app:", "app:-x", "app@sha256:12", "a", "/app", "app/", "localhost:4510/"])
    t.throws(() => imageNameOf(wrong, HERE), { message: /is no image/, exitCode: 2 }, wrong);
});

t.test("an image of another account or region is not taken for the one of that name here", async (t) => {
  for (const text of ["000000000000.dkr.ecr.eu-west-1.amazonaws.com/app", "localhost:4510/000000000000.eu-west-1/app"])
    t.throws(() => imageNameOf(text, HERE), { message: /is in eu-west-1/, hint: "add --region eu-west-1" });
  const foreign = "123456789012.dkr.ecr.us-east-1.amazonaws.com/app";
  t.throws(() => imageNameOf(foreign, HERE), { message: /is account 123456789012's/ });
});

/** What a login said, and how docker was called. */
const loggedIn = async (options: Parameters<typeof login>[1], ended: Awaited<ReturnType<RunProgram>>) => {
  const { said, out } = anOut();
  const called: unknown[] = [];
  const run: RunProgram = async (name, args, { input, env }) => {
    called.push([name, ...args], input, env);
    return ended;
  };
  await login({ ecr: anEcr(), out, env: { PATH: "/bin" }, runProgram: run }, options);
  return { ...said, called };
};

t.test("login hands docker the password on its standard input, and shows it nowhere", async (t) => {
  const { called, stdout, stderr } = await loggedIn({}, { exitCode: 0, stderr: "WARNING" });
  t.same(called, [
    ["docker", "login", "--username", "AWS", "--password-stdin", "localhost:4510"],
    "pass:word",
    { PATH: "/bin" },
  ]);
  t.equal(stdout, "docker is logged in at localhost:4510 until 2026-01-01T12:00:00.000Z\n");
  t.equal(stderr, "");
  t.notMatch((await loggedIn({ json: true }, { exitCode: 0, stderr: "" })).stdout, "pass:word");
});

t.test("login --print prints the password alone and calls nobody", async (t) => {
  t.match(await loggedIn({ print: true }, "not-installed"), { stdout: "pass:word\n", called: [] });
});

t.test("where docker is missing or refuses, login says what to do or why", async (t) => {
  await t.rejects(loggedIn({}, "not-installed"), {
    message: "there is no docker command here to log in",
    hint: /berth login --print \| skopeo login --username AWS --password-stdin localhost:4510/,
  });
  await t.rejects(loggedIn({}, { exitCode: 1, stderr: "unauthorized\n" }), {
    message: "docker did not log in at localhost:4510: unauthorized",
  });
});

t.test("a program is given its input and tells how it ended", async (t) => {
  const script = 'read -r word; echo "$word" >&2; exit 3';
  const env = { PATH: process.env.PATH };
  t.same(await runProgram("sh", ["-c", script], { input: "hi\n", env }), { exitCode: 3, stderr: "hi\n" });
  t.same(await runProgram("no-such-program", [], { input: "", env }), "not-installed");
  t.match(await runProgram("true", [], { input: "x".repeat(1_000_000), env }), { exitCode: 0 }, "unread input");
});

/** What `berth images` prints. */
const shown = async (
  text: string | undefined,
  ecr: Partial<Ecr>,
  { api = {}, json = false }: { api?: Record<string, unknown>; json?: boolean } = {},
) => {
  const { said, out } = anOut();
  await showImages({ api: anApi(api), ecr: anEcr(ecr), out, here: HERE }, text, { json });
  return said.stdout;
};

t.test("repositories are listed with how many images they hold, how large, and whether tags may move", async (t) => {
  const ecr = holding({ "team/app": [anImage(), anImage({ imagePushedAt: minutesAgo(3) })], empty: [] });
  t.equal(
    await shown(undefined, ecr),
    [
      "REPOSITORY  IMAGES  SIZE    TAGS     PUSHED  DOCKER PUSH TO",
      "empty       0       0B      MUTABLE  -       localhost:4510/empty",
      "team/app    2       3.96MB  MUTABLE  3m      localhost:4510/team/app",
      "",
    ].join("\n"),
  );
  t.match(JSON.parse(await shown(undefined, ecr, { json: true })), [
    { repositoryName: "empty", imageCount: 0, sizeInBytes: 0 },
    { repositoryName: "team/app", imageCount: 2, sizeInBytes: 3_958_000 },
  ]);
  const excluding = holding(
    { app: [] },
    {
      imageTagMutability: "IMMUTABLE_WITH_EXCLUSION",
      imageTagMutabilityExclusionFilters: [{ filterType: "WILDCARD", filter: "dev*" }],
    },
  );
  t.match(await shown(undefined, excluding), "IMMUTABLE but dev*");
  t.match(await shown(undefined, holding({})), "No repositories. Make one");
});

t.test("a repository's images are listed, the newest push first", async (t) => {
  const { imageTags: _, ...untagged } = anImage({ imageDigest: OTHER, imagePushedAt: minutesAgo(9) });
  const ecr = holding({ app: [untagged, anImage({ lastRecordedPullTime: minutesAgo(2) })] });
  t.equal(
    await shown("app", ecr),
    [
      "TAGS      DIGEST               SIZE    PUSHED  PULLED  MEDIA TYPE",
      `1 latest  sha256:abababababab  1.98MB  5m      2m      ${DOCKER}`,
      `-         sha256:cdcdcdcdcdcd  1.98MB  9m      -       ${DOCKER}`,
      "",
    ].join("\n"),
  );
  t.match(JSON.parse(await shown("app", ecr, { json: true })), [{ imageDigest: DIGEST }, { imageDigest: OTHER }]);
  t.match(await shown("app", holding({ app: [] })), "berth build DIR -t app:TAG");
});

/** A registry of one image with this manifest. */
const withManifest = (manifest: object, asked: unknown[] = []): Partial<Ecr> => ({
  describeImages: async ({ imageIds }) => {
    asked.push(imageIds);
    return { ...meta, imageDetails: [anImage()] };
  },
  batchGetImage: async () => ({ ...meta, images: [{ imageManifest: JSON.stringify(manifest) }] }),
});

const PACKAGES = `GET /ecr/repositories/team%2Fapp/images/${encodeURIComponent(DIGEST)}/packages`;
const LAYER = { digest: DIGEST, size: 2048, mediaType: "application/vnd.oci.image.layer.v1.tar+gzip" };

t.test("one image is shown with its manifest and what is installed in it", async (t) => {
  const asked: unknown[] = [];
  const manifest = { config: { ...LAYER, size: 512, mediaType: "config" }, layers: [LAYER, LAYER] };
  const packages = [{ name: "libc6", version: "2.36-9", architecture: "amd64" }];
  const api = { [PACKAGES]: { packages } };
  const said = await shown("team/app:1", withManifest(manifest, asked), { api });
  t.same(asked, [[{ imageTag: "1" }]]);
  t.match(said, `team/app, tagged 1, latest\n${DIGEST}\npushed 5m ago, never pulled, 1.98MB compressed\n`);
  t.match(
    said,
    "config   sha256:abababababab  512B    config\nlayer 1  sha256:abababababab  2.05kB  application/vnd.oci",
  );
  t.match(said, "1 package installed:\n\nPACKAGE  VERSION  ARCHITECTURE\nlibc6    2.36-9   amd64\n");
  const json = JSON.parse(await shown(`team/app@${DIGEST}`, withManifest(manifest), { api, json: true }));
  t.match(json, { imageDigest: DIGEST, manifest, packages });
});

t.test("an index is shown with its platforms", async (t) => {
  const manifests = [
    { ...LAYER, platform: { os: "linux", architecture: "arm64", variant: "v8" } },
    { ...LAYER, digest: OTHER },
  ];
  const said = await shown("team/app:1", withManifest({ manifests }), { api: { [PACKAGES]: { packages: [] } } });
  t.match(said, /^linux\/arm64\/v8 +sha256:abababababab/m);
  t.match(said, /^manifest +sha256:cdcdcdcdcdcd/m);
  t.match(said, "No packages of dpkg or apk");
});

t.test("where packages cannot be read the image is shown all the same, and the reason", async (t) => {
  const api = { [PACKAGES]: new ApiFailure(400, "UnsupportedImageTypeException", "it has no layers") };
  t.match(await shown("team/app:1", withManifest({}), { api }), "Its packages cannot be told: it has no layers");
  const broken = { [PACKAGES]: new ApiFailure(500, "ServerException", "oops") };
  await t.rejects(shown("team/app:1", withManifest({}), { api: broken }), { message: "oops" });
});

t.test("expiring tells of every image which rule took or kept it; a preview only asks", async (t) => {
  const image = (imageTags: string[], expired: boolean, age: number, more: object) => ({
    imageDigest: DIGEST,
    imageTags,
    imagePushedAt: minutesAgo(age).getTime(),
    expired,
    ...more,
  });
  const images = [
    image([], false, 10, { reason: "no rule selects it" }),
    image(["new"], false, 3, { rulePriority: 2, reason: "it is number 1" }),
    image(["old"], true, 30, { rulePriority: 2, reason: "it is number 3" }),
  ];
  const ran = async (options: { preview?: boolean; json?: boolean }) => {
    const { said, out } = anOut();
    const path = "/ecr/repositories/team%2Fapp/lifecycle-run";
    const api = anApi({ [`${options.preview ? "GET" : "POST"} ${path}`]: { images } });
    await expireImages({ api, out, here: HERE }, "team/app", options);
    return said.stdout;
  };
  t.equal(
    await ran({}),
    [
      "TAGS  DIGEST               PUSHED  VERDICT  RULE  WHY",
      "old   sha256:abababababab  30m     expired  2     it is number 3",
      "new   sha256:abababababab  3m      kept     2     it is number 1",
      "-     sha256:abababababab  10m     kept     -     no rule selects it",
      "",
      "1 of 3 images expired.",
      "",
    ].join("\n"),
  );
  const preview = await ran({ preview: true });
  t.match(preview, /old .*would expire .*\nnew .*would stay /);
  t.match(preview, "1 of 3 images would expire.");
  t.match(JSON.parse(await ran({ json: true })), images);
  await t.rejects(expireImages({ api: anApi(), out: anOut().out, here: HERE }, "app:1", {}), {
    message: /of a whole repository/,
    exitCode: 2,
  });
});

t.test("bytes are told in the largest unit that fits", async (t) => {
  t.same([0, 999, 1000, 1_979_000, 43_800_000, 2.5e15].map(bytes), ["0B", "999B", "1kB", "1.98MB", "43.8MB", "2500TB"]);
});
