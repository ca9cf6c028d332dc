import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { stat } from "node:fs/promises";
import { type IncomingMessage, request } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { buffer } from "node:stream/consumers";
import t from "tap";
import { distribution } from "../../src/adapters/distribution/distribution.ts";
import { openRegistryDoors } from "../../src/app/registry-doors.ts";
import { registryDoor } from "../../src/http/registry/server.ts";
import { NO_FAILPOINTS } from "../../src/kernel/failpoints.ts";
import { aDistribution } from "../support/distribution.ts";
import { freePort } from "../support/free-port.ts";
import {
  basicAuth,
  DOCKER,
  digestOf,
  errorOf,
  INDEX,
  LIST,
  OCI,
  type RegistryAnswer,
  registryClient,
} from "../support/registry-client.ts";
import { until } from "../support/until.ts";
import { memoryRules } from "./support/memory-rules.ts";

const ACCOUNT = "000000000000";
const behind = await aDistribution(t);
const shelf = distribution(behind.socket, behind.program);
const rules = memoryRules();
let ids = 0;
const door = registryDoor({
  rules,
  shelf,
  failpoints: NO_FAILPOINTS,
  defaults: { account: ACCOUNT, region: "us-east-1" },
  requestId: () => `request-${ids++}`,
});
await door.listen({ host: "127.0.0.1", port: 0 });
const { port } = door.server.address() as AddressInfo;
t.teardown(async () => {
  await door.close();
  shelf.close();
});

const client = registryClient(port, `${ACCOUNT} push`);
const { ask } = client;
const upload = (bytes: string | Buffer) => client.upload(bytes, "app");
const manifestOf = (text: string, more = {}) => client.manifestOf(text, "app", more);
const put = (reference: string, manifest: string, type = OCI, name = "app") =>
  client.put(name, reference, manifest, type);

const uploadsOf = (name: string): string =>
  `${behind.data}/docker/registry/v2/repositories/${ACCOUNT}/us-east-1/${name}/_uploads`;

t.test("who has no token that holds is challenged, whatever is asked", async (t) => {
  for (const path of ["/v2/", "/v2/app/tags/list", "/v2/nothing/manifests/1", "/v2/_catalog"])
    for (const headers of [
      { authorization: "" },
      { authorization: "Bearer abc" },
      { authorization: "Basic !" },
      { authorization: `Basic ${Buffer.from(`root:${ACCOUNT} push`).toString("base64")}` },
      { authorization: `Basic ${Buffer.from(`AWS:${ACCOUNT} pushy`).toString("base64")}` },
    ]) {
      const answer = await ask("GET", path, { headers });
      t.equal(answer.status, 401, `${path} ${headers.authorization}`);
      t.equal(
        answer.headers["www-authenticate"],
        `Basic realm="https://127.0.0.1:${port}/",service="ecr.amazonaws.com"`,
      );
      t.equal(errorOf(answer).code, "UNAUTHORIZED");
    }
  t.equal((await ask("GET", "/v2/")).status, 200);
  t.equal((await ask("GET", "/v2/")).headers["docker-distribution-api-version"], "registry/2.0");
});

t.test("a token of another account is none here, and one that pulls does not push", async (t) => {
  t.equal((await ask("GET", "/v2/app/tags/list", { token: "111111111111 push" })).status, 401);
  t.equal((await ask("GET", `/v2/111111111111.eu-west-1/app/tags/list`)).status, 401);
  const refused = await ask("POST", "/v2/app/blobs/uploads/", { token: `${ACCOUNT} pull` });
  t.equal(refused.status, 403);
  t.match(errorOf(refused), { code: "DENIED" });
  t.equal((await ask("DELETE", "/v2/app/manifests/latest", { token: `${ACCOUNT} pull` })).status, 403);
  t.equal((await ask("GET", "/v2/app/tags/list", { token: `${ACCOUNT} pull` })).status, 200);
});

t.test("what each request wants with the repository is asked of the rules", async (t) => {
  rules.uses.length = 0;
  await ask("GET", "/v2/app/tags/list");
  await ask("HEAD", "/v2/app/manifests/none");
  await ask("DELETE", "/v2/app/manifests/none");
  const { headers } = await ask("POST", "/v2/app/blobs/uploads/");
  await ask("GET", headers.location!);
  await ask("DELETE", headers.location!);
  t.strictSame(rules.uses, ["list", "pull", "delete", "push", "push", "push"]);
});

t.test("a repository has to exist, under a name that can be one", async (t) => {
  const missing = await ask("POST", "/v2/nothing/blobs/uploads/");
  t.equal(missing.status, 404);
  t.match(errorOf(missing), {
    code: "NAME_UNKNOWN",
    message: "The repository with name 'nothing' does not exist in the registry with id '000000000000'",
  });
  for (const name of ["App", "a//b", "-a", "a/../b", "x".repeat(257)]) {
    const odd = await ask("GET", `/v2/${name}/tags/list`);
    t.match([odd.status, errorOf(odd).code], [400, "NAME_INVALID"], name);
  }
  t.match(await ask("GET", "/v2/_catalog"), { status: 405 });
  t.match(await ask("GET", "/v1/search"), { status: 404 });
});

t.test("a blob goes up in one request, in two, or in chunks, and comes down whole or in parts", async (t) => {
  const bytes = randomBytes(300_000);
  const digest = digestOf(bytes);
  t.equal((await ask("HEAD", `/v2/app/blobs/${digest}`)).status, 404);
  const begun = await ask("POST", "/v2/app/blobs/uploads/");
  t.match(begun, { status: 202, headers: { range: "0-0", "docker-upload-uuid": /./, "content-length": "0" } });
  const done = await ask("PUT", `${begun.headers.location}&digest=${digest}`, { body: bytes });
  t.match(done, { status: 201, headers: { location: `/v2/app/blobs/${digest}`, "docker-content-digest": digest } });
  t.match(await ask("HEAD", `/v2/app/blobs/${digest}`), {
    status: 200,
    headers: { "content-length": "300000", "docker-content-digest": digest, "accept-ranges": "bytes" },
  });
  t.ok((await ask("GET", `/v2/app/blobs/${digest}`)).bytes.equals(bytes));
  const part = await ask("GET", `/v2/app/blobs/${digest}`, { headers: { range: "bytes=1000-1999" } });
  t.match(part, { status: 206, headers: { "content-range": "bytes 1000-1999/300000", "content-length": "1000" } });
  t.ok(part.bytes.equals(bytes.subarray(1000, 2000)));
  t.match(await ask("GET", `/v2/app/blobs/${digest}`, { headers: { range: "bytes=300000-" } }), {
    status: 416,
    headers: { "content-range": "bytes */300000" },
  });
  for (const range of ["bytes=0-9,20-29", "bytes=9-0", "bytes=-", "lines=1-2"]) {
    const whole = await ask("GET", `/v2/app/blobs/${digest}`, { headers: { range } });
    t.match([whole.status, whole.bytes.equals(bytes)], [200, true], range);
  }
  t.equal(await upload("whole in one request"), digestOf("whole in one request"));
});

t.test("bytes that are not what the digest says are refused", async (t) => {
  for (const path of [`/v2/app/blobs/uploads/?digest=${digestOf("a")}`, "/v2/app/blobs/uploads/?digest=sha256:abc"]) {
    const answer = await ask("POST", path, { body: "b" });
    t.match([answer.status, errorOf(answer).code], [400, "DIGEST_INVALID"]);
  }
  t.equal((await ask("HEAD", `/v2/app/blobs/${digestOf("a")}`)).status, 404);
  t.equal((await ask("HEAD", `/v2/app/blobs/${digestOf("b")}`)).status, 404);
});

t.test("chunks go on where the last one ended, and nowhere else", async (t) => {
  const { location } = (await ask("POST", "/v2/app/blobs/uploads/")).headers;
  const first = await ask("PATCH", location!, { body: "hello", headers: { "content-range": "0-4" } });
  t.match(first, { status: 202, headers: { range: "0-4" } });
  for (const range of ["0-4", "6-10", "5-8", "bytes x-y"]) {
    const wrong = await ask("PATCH", first.headers.location!, { body: "world", headers: { "content-range": range } });
    t.match([wrong.status, errorOf(wrong).code, wrong.headers.range], [416, "RANGE_INVALID", "0-4"], range);
  }
  const stands = await ask("GET", first.headers.location!);
  t.match(stands, { status: 204, headers: { range: "0-4" } });
  const second = await ask("PATCH", stands.headers.location!, { body: "world", headers: { "content-range": "5-9" } });
  t.match(second, { status: 202, headers: { range: "0-9" } });
  const digest = digestOf("helloworld!");
  t.equal((await ask("PUT", `${second.headers.location}&digest=${digest}`, { body: "!" })).status, 201);
  t.equal(String((await ask("GET", `/v2/app/blobs/${digest}`)).bytes), "helloworld!");
});

t.test("an upload that was cut off goes on from the answered range, with the location its client knew", async (t) => {
  const bytes = randomBytes(200_000);
  const { location } = (await ask("POST", "/v2/app/blobs/uploads/")).headers;
  const socket = connect(port, "127.0.0.1");
  await once(socket, "connect");
  const authorization = basicAuth(`${ACCOUNT} push`);
  socket.write(
    `PATCH ${location} HTTP/1.1\r\nhost: x\r\nauthorization: ${authorization}\r\ncontent-length: ${bytes.length}\r\n\r\n`,
  );
  socket.write(bytes.subarray(0, 120_000));
  const id = new URL(location!, "http://x").pathname.split("/").at(-1);
  await until(
    "some of it to be on disk",
    async () => (await stat(`${uploadsOf("app")}/${id}/data`)).size,
    (size) => size > 0,
  );
  socket.destroy();
  const stands = await ask("GET", location!);
  t.equal(stands.status, 204);
  const start = Number(stands.headers.range!.split("-")[1]) + 1;
  t.ok(start > 1 && start <= 120_000, `${start} bytes were kept`);
  const on = await ask("PATCH", stands.headers.location!, {
    body: bytes.subarray(start),
    headers: { "content-range": `${start}-${bytes.length - 1}` },
  });
  t.equal(on.status, 202);
  const digest = digestOf(bytes);
  t.equal((await ask("PUT", `${on.headers.location}&digest=${digest}`)).status, 201);
  t.ok((await ask("GET", `/v2/app/blobs/${digest}`)).bytes.equals(bytes));
});

t.test("an upload given up is unknown afterwards, as one that never was", async (t) => {
  const { location } = (await ask("POST", "/v2/app/blobs/uploads/")).headers;
  t.equal((await ask("DELETE", location!)).status, 204);
  const gone = await ask("PATCH", location!, { body: "x" });
  t.match([gone.status, errorOf(gone).code], [404, "BLOB_UPLOAD_UNKNOWN"]);
  const never = await ask("PUT", `/v2/app/blobs/uploads/abc?digest=${digestOf("x")}`);
  t.match([never.status, errorOf(never).code], [404, "BLOB_UPLOAD_UNKNOWN"]);
});

t.test("a blob is mounted from a repository that may be read, and uploaded where it may not", async (t) => {
  const digest = await upload("shared");
  const mount = (from: string, to = "other") => ask("POST", `/v2/${to}/blobs/uploads/?mount=${digest}&from=${from}`);
  t.equal((await ask("HEAD", `/v2/other/blobs/${digest}`)).status, 404, "a blob is of the repository that has it");
  for (const from of ["nothing", "111111111111.us-east-1/app"]) t.match(await mount(from), { status: 202 }, from);
  t.match(await mount("app"), { status: 201, headers: { location: `/v2/other/blobs/${digest}` } });
  t.equal(String((await ask("GET", `/v2/other/blobs/${digest}`)).bytes), "shared");
});

t.test("a manifest is kept byte for byte, under its tag and digest, whatever its kind", async (t) => {
  for (const type of [OCI, DOCKER]) {
    const manifest = await manifestOf(type, { type });
    const digest = digestOf(manifest);
    t.match(await put("one", manifest, type), {
      status: 201,
      headers: { location: `/v2/app/manifests/${digest}`, "docker-content-digest": digest },
    });
    for (const reference of ["one", digest]) {
      const found = await ask("GET", `/v2/app/manifests/${reference}`);
      t.match(found.headers, { "content-type": type, "docker-content-digest": digest });
      t.equal(String(found.bytes), manifest);
      const head = await ask("HEAD", `/v2/app/manifests/${reference}`);
      t.match(head.headers, { "content-length": String(manifest.length), "docker-content-digest": digest });
    }
    const index = JSON.stringify({
      schemaVersion: 2,
      mediaType: type === OCI ? INDEX : LIST,
      manifests: [{ mediaType: type, digest, size: manifest.length, platform: { architecture: "arm64", os: "linux" } }],
    });
    t.equal((await put("many", index, type === OCI ? INDEX : LIST)).status, 201);
    t.equal(String((await ask("GET", "/v2/app/manifests/many")).bytes), index);
  }
  t.ok(rules.pulls.length > 0, "pulls are told");
});

t.test("a manifest whose parts are missing, or that is none, is refused and not listed", async (t) => {
  const absent = digestOf("nobody has this");
  const manifest = (await manifestOf("absent")).replace(digestOf("layer of absent"), absent);
  const refused = await put("absent", manifest);
  t.match([refused.status, errorOf(refused)], [404, { code: "MANIFEST_BLOB_UNKNOWN", detail: [{ digest: absent }] }]);
  const index = JSON.stringify({
    schemaVersion: 2,
    mediaType: INDEX,
    manifests: [{ mediaType: OCI, digest: absent, size: 3, platform: { architecture: "arm64", os: "linux" } }],
  });
  t.equal(errorOf(await put("absent", index, INDEX)).code, "MANIFEST_BLOB_UNKNOWN");
  for (const [body, type] of [
    ["no json", OCI],
    ["{}", OCI],
    ["{}", "text/plain"],
  ])
    t.match(errorOf(await put("absent", body!, type)), { code: "MANIFEST_INVALID" }, `${body} as ${type}`);
  t.match([(await put("absent", "x".repeat(5_000_000))).status], [413]);
  t.equal(errorOf(await put(absent, "{}")).code, "DIGEST_INVALID");
  t.equal(errorOf(await put("sha256:abc", "{}")).code, "DIGEST_INVALID");
  t.equal(errorOf(await put("-tag", "{}")).code, "TAG_INVALID");
  const unknown = await ask("GET", "/v2/app/manifests/absent");
  t.match([unknown.status, errorOf(unknown).code], [404, "MANIFEST_UNKNOWN"]);
});

t.test("what the rules refuse is said as a registry says it", async (t) => {
  t.equal((await put("v1", await manifestOf("v1"))).status, 201);
  const refused = await put("v1", await manifestOf("another v1"));
  t.match([refused.status, errorOf(refused)], [400, { code: "TAG_INVALID", message: /'v1' already exists/ }]);
});

t.test("what refers to an image is listed with it, all or one kind", async (t) => {
  const image = await manifestOf("subject");
  const subject = { mediaType: OCI, digest: digestOf(image), size: image.length };
  t.equal((await put("subject", image)).headers["oci-subject"], undefined);
  const kinds = ["application/x.signature", "application/x.sbom"];
  for (const artifactType of kinds) {
    const artifact = await manifestOf(artifactType, { subject, artifactType });
    const pushed = await put(digestOf(artifact), artifact);
    t.match(pushed, { status: 201, headers: { "oci-subject": subject.digest } });
  }
  const list = async (query: string) => {
    const answer = await ask("GET", `/v2/app/referrers/${subject.digest}${query}`);
    const { manifests } = JSON.parse(String(answer.bytes)) as { manifests: { artifactType: string }[] };
    return { ...answer, types: manifests.map(({ artifactType }) => artifactType) };
  };
  t.strictSame((await list("")).types, kinds);
  const filtered = await list(`?artifactType=${encodeURIComponent(kinds[1]!)}`);
  t.equal(filtered.headers["content-type"], INDEX, "to the letter: clients compare it");
  t.equal(filtered.headers["oci-filters-applied"], "artifactType");
  t.strictSame(filtered.types, [kinds[1]]);
  const none = await ask("GET", `/v2/app/referrers/${digestOf("no image")}`);
  t.match([none.status, JSON.parse(String(none.bytes))], [200, { manifests: [] }]);
});

t.test("tags are listed in order, in pages that lead to each other", async (t) => {
  const manifest = await manifestOf("tags");
  const upTo = ["a", "b", "c", "d", "e"];
  for (const tag of upTo.toReversed())
    await put(tag, manifest, OCI, "other").then(async ({ status }) => {
      if (status === 201) return;
      for (const digest of manifest.match(/sha256:[0-9a-f]{64}/g)!)
        await ask("POST", `/v2/other/blobs/uploads/?mount=${digest}&from=app`);
      t.equal((await put(tag, manifest, OCI, "other")).status, 201);
    });
  const pages: string[][] = [];
  for (let next: string | undefined = "/v2/other/tags/list?n=2"; next; ) {
    const answer: RegistryAnswer = await ask("GET", next);
    const { name, tags } = JSON.parse(String(answer.bytes)) as { name: string; tags: string[] };
    t.equal(name, "other");
    pages.push(tags);
    next = /^<(.+)>; rel="next"$/.exec(answer.headers.link ?? "")?.[1];
  }
  t.strictSame(pages, [["a", "b"], ["c", "d"], ["e"]]);
  t.equal((await ask("GET", "/v2/other/tags/list?n=-1")).status, 400);
  const scoped = await ask("GET", `/v2/${ACCOUNT}.us-east-1/other/tags/list?last=d`);
  t.strictSame(JSON.parse(String(scoped.bytes)), { name: `${ACCOUNT}.us-east-1/other`, tags: ["e"] });
});

t.test("a tag goes without its image, an image with its tags, a layer not at all", async (t) => {
  const manifest = await manifestOf("deleted");
  const digest = digestOf(manifest);
  await put("x", manifest);
  await put("y", manifest);
  t.equal((await ask("DELETE", "/v2/app/manifests/x")).status, 202);
  t.equal((await ask("GET", "/v2/app/manifests/x")).status, 404);
  t.equal((await ask("GET", "/v2/app/manifests/y")).status, 200);
  t.equal((await ask("DELETE", `/v2/app/manifests/${digest}`)).status, 202);
  t.equal((await ask("GET", "/v2/app/manifests/y")).status, 404);
  t.equal((await ask("DELETE", `/v2/app/manifests/${digest}`)).status, 404);
  const layer = await ask("DELETE", `/v2/app/blobs/${digestOf("layer of deleted")}`);
  t.match([layer.status, errorOf(layer).code], [405, "UNSUPPORTED"]);
});

t.test("an address that is taken, or of another machine, is told with the setting that moves it", async (t) => {
  const open = (registryPort: number, listen?: { address: string; port: number }) =>
    openRegistryDoors(
      {
        account: ACCOUNT,
        region: "us-east-1",
        home: t.testdir(),
        registryPort,
        registry: { createOnPush: false, ...(listen && { listen }) },
      },
      { rules, shelf, failpoints: NO_FAILPOINTS, log: door.log },
    );
  await t.rejects(open(port), {
    message: `BERTH_REGISTRY_PORT: port ${port} of 127.0.0.1 is taken by another program; choose another`,
  });
  const free = await freePort();
  await t.rejects(open(free, { address: "192.0.2.1", port: 4510 }), {
    message: "registry.listen: 192.0.2.1 is no address of this machine",
  });
  await (await open(free)).close();
});

t.test("a Distribution that stands still is told from one that answers", async (t) => {
  await shelf.ping();
  await behind.freeze(true);
  await t.rejects(shelf.ping(), { message: /does not answer/ });
  await behind.freeze(false);
  await shelf.ping();
});

t.test("a download whose source dies breaks off, and cannot be taken for whole", async (t) => {
  const digest = await upload(randomBytes(30_000_000));
  const headers = { authorization: basicAuth(`${ACCOUNT} push`) };
  const asked = request({ port, host: "127.0.0.1", path: `/v2/app/blobs/${digest}`, headers }).end();
  const [answer] = (await once(asked, "response")) as [IncomingMessage];
  t.match(answer.headers, { "content-length": "30000000", "docker-content-digest": digest });
  await once(answer, "readable");
  // Far more is on its way than fits between the two.
  await behind.kill();
  await t.rejects(buffer(answer), { code: "ECONNRESET" });
  await behind.start();
});

t.test("while Distribution is away the door says so, and an upload goes on when it is back", async (t) => {
  const { location } = (await ask("POST", "/v2/app/blobs/uploads/")).headers;
  const half = await ask("PATCH", location!, { body: "first half, " });
  const digest = digestOf("first half, second half");
  await behind.kill();
  for (const [method, path] of [
    ["GET", `/v2/app/blobs/${digest}`],
    ["POST", "/v2/app/blobs/uploads/"],
    ["PATCH", half.headers.location!],
  ] as const) {
    const away = await ask(method, path, method === "PATCH" ? { body: "second half" } : {});
    t.match([away.status, errorOf(away)], [503, { code: "UNAVAILABLE", message: /does not answer/ }], method);
  }
  await behind.start();
  const on = await ask("PATCH", half.headers.location!, { body: "second half" });
  t.equal(on.status, 202);
  t.equal((await ask("PUT", `${on.headers.location}&digest=${digest}`)).status, 201);
  t.equal(String((await ask("GET", `/v2/app/blobs/${digest}`)).bytes), "first half, second half");
});
