import t from "tap";
import { aRegistry, skopeo, skopeoIsMissing } from "../support/registry.ts";
import { digestOf, errorOf, LIST } from "../support/registry-client.ts";

t.setTimeout(600_000);
const { host, ecr, images, login, client, listed } = await aRegistry(t);
await ecr.createRepository({ repositoryName: "app" });
const app = (tag: string) => `${host}/app:${tag}`;

for (const layers of [1, 40])
  t.test(`an image of ${layers} layers is pushed, shown at once, and pulled the same`, async (t) => {
    const name = app(`of-${layers}`);
    const id = await images.make(name, layers);
    const digest = await images.push(name, login);
    const { imageDetails = [] } = await ecr.describeImages({
      repositoryName: "app",
      imageIds: [{ imageTag: `of-${layers}` }],
    });
    t.match(imageDetails, [
      {
        imageDigest: digest,
        imageTags: [`of-${layers}`],
        imageManifestMediaType: "application/vnd.docker.distribution.manifest.v2+json",
        imagePushedAt: Date,
      },
    ]);
    const manifest = JSON.parse(String((await client.ask("GET", `/v2/app/manifests/${digest}`)).bytes));
    t.equal(manifest.layers.length, layers);
    await images.forget(name);
    t.equal(await images.pull(name, login), id);
    await images.forget(name);
    t.equal(await images.pull(`${host}/000000000000.us-east-1/app:of-${layers}`, login), id, "by its longer name");
  });

t.test("two tags of one image are one digest", async (t) => {
  await images.make(app("first"));
  await images.tag(app("first"), app("second"));
  const digest = await images.push(app("first"), login);
  t.equal(await images.push(app("second"), login), digest);
  t.strictSame((await listed("app"))[digest], ["first", "second"]);
});

t.test("of an index of two platforms an engine pulls its own", async (t) => {
  const here = process.arch === "x64" ? "amd64" : process.arch;
  const children = await Promise.all(
    [here, "s390x"].map(async (architecture) => {
      const name = app(`for-${architecture}`);
      const id = await images.make(name);
      const digest = await images.push(name, login);
      await images.forget(name);
      const { headers } = await client.ask("HEAD", `/v2/app/manifests/${digest}`);
      const size = Number(headers["content-length"]);
      return {
        id,
        entry: { mediaType: headers["content-type"], digest, size, platform: { architecture, os: "linux" } },
      };
    }),
  );
  const manifests = children.map(({ entry }) => entry);
  const index = JSON.stringify({ schemaVersion: 2, mediaType: LIST, manifests });
  t.equal((await client.put("app", "all", index, LIST)).status, 201);
  t.equal(await images.pull(app("all"), login), children[0]!.id);
  t.strictSame((await listed("app"))[digestOf(index)], ["all"]);
});

t.test("a push without a repository, or a login without a right, is told in the registry's words", async (t) => {
  await images.make(`${host}/nothing:1`);
  await t.rejects(images.push(`${host}/nothing:1`, login), {
    message: /name unknown: The repository with name 'nothing' does not exist in the registry with id '000000000000'/,
  });
  await t.rejects(images.push(app("first"), { ...login, password: `${login.password}x` }), {
    message: /not authorized|no basic auth/i,
  });
});

t.test("twenty pushes at once all arrive", async (t) => {
  await ecr.createRepository({ repositoryName: "many" });
  const tags = Array.from({ length: 20 }, (_, index) => `${index}`);
  const name = (tag: string) => `${host}/many:${tag}`;
  for (const tag of tags) await images.make(name(tag));
  const digests = await Promise.all(tags.map((tag) => images.push(name(tag), login)));
  t.strictSame(await listed("many"), Object.fromEntries(digests.map((digest, tag) => [digest, [`${tag}`]])));
});

t.test("of two pushes of one immutable tag at the same moment one wins, and the other is told", async (t) => {
  await ecr.createRepository({ repositoryName: "once", imageTagMutability: "IMMUTABLE" });
  const manifests = await Promise.all(["this", "that"].map((text) => client.manifestOf(text, "once")));
  const answers = await Promise.all(manifests.map((manifest) => client.put("once", "v1", manifest)));
  t.strictSame(answers.map(({ status }) => status).sort(), [201, 400]);
  const winner = answers.findIndex(({ status }) => status === 201);
  t.match(errorOf(answers[1 - winner]!), { code: "TAG_INVALID", message: /'v1' already exists/ });
  t.strictSame(await listed("once"), { [digestOf(manifests[winner]!)]: ["v1"] });
  await images.make(`${host}/once:v1`);
  await t.rejects(images.push(`${host}/once:v1`, login), { message: /tag invalid: .*cannot be overwritten/ });
});

t.test(
  "a push that was cut in the middle is listed whole or not at all, and arrives when it is repeated",
  async (t) => {
    const name = app("cut");
    const id = await images.make(name, 12);
    const cut = new AbortController();
    await t.rejects(images.push(name, login, { signal: cut.signal, onProgress: () => cut.abort() }));
    // An engine may be done before it notices that nobody listens any more.
    const manifest = await client.ask("GET", "/v2/app/manifests/cut");
    if (manifest.status !== 404) {
      t.equal(manifest.status, 200);
      for (const digest of String(manifest.bytes).match(/sha256:[0-9a-f]{64}/g)!)
        t.equal((await client.ask("HEAD", `/v2/app/blobs/${digest}`)).status, 200);
    }
    await images.push(name, login);
    await images.forget(name);
    t.equal(await images.pull(name, login), id);
  },
);

t.test(
  "skopeo inspects, and copies between repositories byte for byte",
  { skip: await skopeoIsMissing() },
  async (t) => {
    await ecr.createRepository({ repositoryName: "copy" });
    const creds = `AWS:${login.password}`;
    const source = `docker://${app("of-40")}`;
    const seen = JSON.parse(await skopeo("inspect", "--tls-verify=false", "--creds", creds, source));
    t.match(seen, { Name: `${host}/app`, Digest: /^sha256:/, RepoTags: /of-1/ });
    t.equal(seen.Layers.length, 40);
    const both = ["--src-tls-verify=false", "--dest-tls-verify=false", "--src-creds", creds, "--dest-creds", creds];
    await skopeo("copy", "--insecure-policy", "--all", ...both, source, `docker://${host}/copy:1`);
    t.strictSame(await listed("copy"), { [seen.Digest]: ["1"] });
  },
);
