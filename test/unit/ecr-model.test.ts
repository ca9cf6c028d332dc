import fc from "fast-check";
import t from "tap";
import { asImageActionEvent } from "../../src/ecr/image-event.ts";
import { readManifest } from "../../src/ecr/model/manifest.ts";
import { isImmutable } from "../../src/ecr/model/mutability.ts";
import { checkRepositoryName, isRepositoryName } from "../../src/ecr/model/names.ts";
import { makeToken, readToken, TOKEN_MS, type TokenHolder } from "../../src/ecr/model/registry-token.ts";
import {
  homeOf,
  repositoryArn,
  repositoryId,
  repositoryOfId,
  repositoryUri,
  type TagMutability,
} from "../../src/ecr/model/repository.ts";
import { readMutability } from "../../src/ecr/model/repository-members.ts";
import { deniedAction, readPolicy } from "../../src/ecr/model/repository-policy.ts";
import { readTags } from "../../src/ecr/model/tags.ts";
import { matchesWildcard } from "../../src/ecr/model/wildcard.ts";
import { APP, digestOf } from "../support/images.ts";

const SECRET = "a secret of tests";
const HOLDER: TokenHolder = {
  account: "000000000000",
  region: "us-east-1",
  principal: "arn:aws:iam::000000000000:user/berth",
  right: "pull",
  expiresAt: TOKEN_MS,
};

t.test("a token tells whom it was given to, for twelve hours", async (t) => {
  const token = makeToken(HOLDER, SECRET);
  t.strictSame(readToken(token, SECRET, 0), HOLDER);
  t.strictSame(readToken(token, SECRET, TOKEN_MS - 1), HOLDER);
  t.equal(readToken(token, SECRET, TOKEN_MS), undefined);
  t.match(token, /^[\w.-]+$/, "and can be pasted anywhere");
});

t.test("no forged token is read", async (t) => {
  const token = makeToken(HOLDER, SECRET);
  const [payload = "", signature = ""] = token.split(".");
  const payloadOf = (members: unknown) => Buffer.from(JSON.stringify(members)).toString("base64url");
  const stronger = payloadOf([HOLDER.account, HOLDER.region, HOLDER.principal, "push", HOLDER.expiresAt]);
  const forgeries: Record<string, string> = {
    nothing: "",
    "a dot": ".",
    "a payload alone": payload,
    "a payload without its signature": `${payload}.`,
    "a signature alone": `.${signature}`,
    "another right under the old signature": `${stronger}.${signature}`,
    "another account": `${payloadOf(["111122223333", "us-east-1", HOLDER.principal, "pull", TOKEN_MS])}.${signature}`,
    "a later expiry": `${payloadOf([HOLDER.account, "us-east-1", HOLDER.principal, "pull", TOKEN_MS * 2])}.${signature}`,
    "a shorter signature": `${payload}.${signature.slice(0, -1)}`,
    "a longer signature": `${payload}.${signature}A`,
    "a third part": `${token}.`,
    "padding inside": `${payload}=.${signature}`,
    "another secret's signature": makeToken(HOLDER, "another secret"),
    "the secret itself": SECRET,
    "no JSON, rightly signed": makeToken({ ...HOLDER, right: "own" as "pull" }, SECRET),
    "no time, rightly signed": makeToken({ ...HOLDER, expiresAt: "soon" as unknown as number }, SECRET),
  };
  for (const [what, forged] of Object.entries(forgeries)) t.equal(readToken(forged, SECRET, 0), undefined, what);
});

t.test("changing any character of a token makes it worthless", async (t) => {
  const token = makeToken(HOLDER, SECRET);
  fc.assert(
    fc.property(fc.nat(token.length - 1), fc.constantFrom(..."ABCabc019-_."), (at, character) => {
      fc.pre(token[at] !== character);
      // The last character of base64 holds bits that nobody reads: only there another one may mean the same bytes.
      fc.pre(at !== token.length - 1 && at !== token.indexOf(".") - 1);
      const forged = token.slice(0, at) + character + token.slice(at + 1);
      return readToken(forged, SECRET, 0) === undefined;
    }),
  );
  t.pass();
});

t.test("a pattern's * stands for anything, all else for itself", async (t) => {
  const letters = fc.string({ unit: fc.constantFrom("a", "b", "*", "."), maxLength: 8 });
  const regex = (pattern: string) => new RegExp(`^${pattern.replaceAll(".", "\\.").replaceAll("*", "[^]*")}$`);
  fc.assert(
    fc.property(letters, letters, (pattern, text) => matchesWildcard(pattern, text) === regex(pattern).test(text)),
    { numRuns: 2000 },
  );
  t.pass();
});

t.test("which tags stay where they are", async (t) => {
  const of = (mutability: TagMutability, tag: string) => isImmutable({ mutability, exclusions: ["dev-*"] }, tag);
  t.equal(of("MUTABLE", "v1"), false);
  t.equal(of("IMMUTABLE", "dev-1"), true);
  t.strictSame([of("IMMUTABLE_WITH_EXCLUSION", "v1"), of("IMMUTABLE_WITH_EXCLUSION", "dev-1")], [true, false]);
  t.strictSame([of("MUTABLE_WITH_EXCLUSION", "v1"), of("MUTABLE_WITH_EXCLUSION", "dev-1")], [false, true]);
});

t.test("exclusion filters and mutability go together", async (t) => {
  const filter = [{ filterType: "WILDCARD" as const, filter: "dev-*" }];
  t.strictSame(readMutability("IMMUTABLE_WITH_EXCLUSION", filter).exclusions, ["dev-*"]);
  t.throws(() => readMutability("IMMUTABLE", filter), { code: "InvalidParameterException" });
  t.throws(() => readMutability("IMMUTABLE_WITH_EXCLUSION", undefined), { code: "InvalidParameterException" });
  const wild = [{ filterType: "WILDCARD" as const, filter: "a*b*c*" }];
  t.throws(() => readMutability("IMMUTABLE_WITH_EXCLUSION", wild), /wildcards/);
});

t.test("repositories are named as ECR names them", async (t) => {
  for (const name of ["app", "team/app", "a/b/c", "a.b_c-d", "0a", "a__b", "a---b/c"])
    t.ok(isRepositoryName(name), name);
  for (const name of ["a", "App", "/app", "app/", "a//b", "a..b", "a___b", "-app", "app:1", "a".repeat(257)])
    t.throws(() => checkRepositoryName(name), { code: "InvalidParameterException" }, name);
});

t.test("a repository is found by its URI's form, its ARN and its id", async (t) => {
  const nested = { account: "111122223333", region: "eu-west-1", name: "team/app" };
  t.equal(repositoryUri("localhost:4510", APP, APP), "localhost:4510/app");
  t.equal(repositoryUri("localhost:4510", APP, nested), "localhost:4510/111122223333.eu-west-1/team/app");
  t.equal(repositoryArn(nested), "arn:aws:ecr:eu-west-1:111122223333:repository/team/app");
  t.strictSame(repositoryOfId(repositoryId(nested)), nested);
});

t.test("base images have one home, whoever asks", async (t) => {
  const asked = { account: "111122223333", region: "eu-west-1", name: "berth/busybox" };
  t.strictSame(homeOf(asked, APP), { ...APP, name: "berth/busybox" });
  t.strictSame(homeOf({ ...asked, name: "berthold" }, APP), { ...asked, name: "berthold" });
});

const manifest = (members: object) => Buffer.from(JSON.stringify({ schemaVersion: 2, ...members }));
const blob = (name: string, size: number) => ({ mediaType: "x", digest: digestOf(name), size });
const OCI = "application/vnd.oci.image.manifest.v1+json";
const INDEX = "application/vnd.oci.image.index.v1+json";

t.test("a manifest tells what it holds", async (t) => {
  const image = readManifest(
    manifest({
      config: { ...blob("config", 10), mediaType: "application/vnd.oci.image.config.v1+json" },
      layers: [blob("one", 100), blob("two", 200)],
      subject: blob("base", 1),
      annotations: { note: "x" },
    }),
    OCI,
  );
  t.match(image, {
    mediaType: OCI,
    artifactMediaType: "application/vnd.oci.image.config.v1+json",
    sizeInBytes: 310,
    blobs: [digestOf("config"), digestOf("one"), digestOf("two")],
    children: [],
    subject: digestOf("base"),
    annotations: { note: "x" },
  });
  const index = readManifest(manifest({ manifests: [blob("a", 1), blob("b", 1), blob("a", 1)] }), INDEX);
  t.match(index, { children: [digestOf("a"), digestOf("b")], blobs: [], sizeInBytes: 0 });
});

t.test("what is no manifest is refused, and why", async (t) => {
  const config = blob("config", 10);
  const refusals: [Buffer, string, RegExp][] = [
    [Buffer.from("no JSON"), OCI, /no JSON object/],
    [Buffer.from("[]"), OCI, /no JSON object/],
    [manifest({ config, layers: [] }), "application/vnd.docker.distribution.manifest.v1+prettyjws", /not supported/],
    [manifest({ config, layers: [], mediaType: INDEX }), OCI, /says that it is/],
    [manifest({ config }), OCI, /layers is no list/],
    [manifest({ layers: [] }), OCI, /config has no sha256 digest/],
    [manifest({ config, layers: [{ ...config, size: -1 }] }), OCI, /layers\[0\] has no size/],
    [manifest({ config, layers: [{ ...config, digest: "sha256:../../x" }] }), OCI, /layers\[0\] has no sha256 digest/],
    [manifest({ config, layers: [] }), INDEX, /manifests is no list/],
  ];
  for (const [bytes, mediaType, why] of refusals)
    t.throws(() => readManifest(bytes, mediaType), { code: "InvalidParameterException", message: why }, String(why));
});

t.test("a repository policy denies its own account only what it says", async (t) => {
  const caller = { account: "000000000000", principal: "arn:aws:iam::000000000000:user/berth" };
  const policy = (statement: object) =>
    JSON.stringify({
      Version: "2012-10-17",
      Statement: [{ Effect: "Deny", Principal: "*", Action: "ecr:PutImage", ...statement }],
    });
  const denied = (statement: object, ...actions: string[]) => deniedAction(policy(statement), caller, actions);
  t.equal(denied({}, "ecr:BatchGetImage", "ecr:PutImage"), "ecr:PutImage");
  t.equal(denied({}, "ecr:BatchGetImage"), undefined);
  t.equal(denied({ Action: ["ecr:*"] }, "ecr:BatchGetImage"), "ecr:BatchGetImage");
  t.equal(denied({ Action: undefined, NotAction: "ecr:Batch*" }, "ecr:BatchGetImage"), undefined);
  t.equal(denied({ Action: undefined, NotAction: "ecr:Batch*" }, "ecr:PutImage"), "ecr:PutImage");
  t.equal(denied({ Effect: "Allow" }, "ecr:PutImage"), undefined);
  t.equal(denied({ Principal: { AWS: "arn:aws:iam::000000000000:root" } }, "ecr:PutImage"), "ecr:PutImage");
  t.equal(denied({ Principal: { AWS: [caller.principal] } }, "ecr:PutImage"), "ecr:PutImage");
  t.equal(denied({ Principal: { AWS: "111122223333" } }, "ecr:PutImage"), undefined);
  t.equal(denied({ Principal: undefined, NotPrincipal: { AWS: caller.principal } }, "ecr:PutImage"), undefined);
  t.equal(deniedAction(undefined, caller, ["ecr:PutImage"]), undefined, "and without a policy nothing is denied");
});

t.test("a repository policy that nobody could keep to is refused", async (t) => {
  const good = { Effect: "Allow", Principal: "*", Action: "ecr:*" };
  const texts = [
    "",
    "[]",
    "{}",
    '{"Statement":[]}',
    ...[
      { ...good, Effect: "Maybe" },
      { ...good, Principal: undefined },
      { ...good, Action: undefined },
      { ...good, Action: [] },
      { ...good, NotAction: "ecr:*" },
      { ...good, Resource: "*" },
      { ...good, NotResource: "arn:aws:ecr:us-east-1:000000000000:repository/app" },
    ].map((statement) => JSON.stringify({ Statement: [statement] })),
  ];
  for (const text of texts)
    t.throws(
      () => readPolicy(text),
      { code: "InvalidParameterException", message: /Invalid repository policy provided/ },
      text,
    );
  const conditional = { ...good, Condition: { Bool: { "aws:SecureTransport": "true" } } };
  t.throws(() => readPolicy(JSON.stringify({ Statement: [conditional] })), { code: "NotImplemented" });
});

t.test("tags of a repository are at most fifty, and none of AWS's own", async (t) => {
  t.strictSame(readTags([{ Key: "team", Value: "" }]), { team: "" });
  t.throws(() => readTags([{ Key: "aws:x", Value: "" }]), { code: "InvalidTagParameterException" });
  t.throws(
    () =>
      readTags([
        { Key: "a", Value: "1" },
        { Key: "a", Value: "2" },
      ]),
    { code: "InvalidTagParameterException" },
  );
  const many = Array.from({ length: 50 }, (_, i) => ({ Key: `k${i}`, Value: "" }));
  t.throws(() => readTags([...many, { Key: "one more", Value: "" }]), { code: "TooManyTagsException" });
  t.throws(() => readTags([{ Key: "one more", Value: "" }], readTags(many)), { code: "TooManyTagsException" });
});

t.test("pushes and deletes are told in EventBridge's shape, the same entry always as the same event", async (t) => {
  const facts = { repository: "000000000000/us-east-1/team/app", digest: digestOf("a"), tag: "1" };
  const change = { id: "5-1", kind: "image", subject: "", verb: "pushed", at: 1_700_000_000_123, facts };
  t.match(asImageActionEvent(change), {
    "detail-type": "ECR Image Action",
    source: "aws.ecr",
    account: "000000000000",
    region: "us-east-1",
    time: "2023-11-14T22:13:20Z",
    resources: ["arn:aws:ecr:us-east-1:000000000000:repository/team/app"],
    detail: {
      "action-type": "PUSH",
      result: "SUCCESS",
      "repository-name": "team/app",
      "image-digest": digestOf("a"),
      "image-tag": "1",
    },
  });
  t.strictSame(asImageActionEvent(change), asImageActionEvent({ ...change }));
  const untagged = asImageActionEvent({ ...change, verb: "deleted", facts: { ...facts, tag: "" } });
  t.match(untagged, { detail: { "action-type": "DELETE", "image-tag": undefined } });
  t.equal(asImageActionEvent({ ...change, verb: "pulled" }), undefined);
});
