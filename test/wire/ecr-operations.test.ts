import { buffer } from "node:stream/consumers";
import { gzipSync } from "node:zlib";
import {
  ECR,
  paginateDescribeImages,
  paginateDescribeRepositories,
  paginateListImages,
  waitUntilLifecyclePolicyPreviewComplete,
} from "@aws-sdk/client-ecr";
import t, { type Test } from "tap";
import { pack } from "tar-stream";
import { ecrRoutes } from "../../src/ecr/index.ts";
import { type RepositoryRef, repositoryId, repositoryTerms } from "../../src/ecr/model/repository.ts";
import { docsPlugin } from "../../src/http/rest/docs.ts";
import { restPlugin } from "../../src/http/rest/plugin.ts";
import { makeServer } from "../../src/http/server.ts";
import { anEcrWorld } from "../support/ecr-world.ts";
import { digestOf } from "../support/images.ts";
import { until } from "../support/until.ts";
import { aWire, USER } from "./support/a-wire.ts";

const SCOPE = { account: "111122223333", region: "us-east-1" };
const DAY = 24 * 60 * 60 * 1000;

const world = await anEcrWorld(t, { defaults: SCOPE });
const wire = await aWire(t, { services: [world.wing], bodyLimitBytes: 30_000_000 });
const clientIn = (region: string) => new ECR({ ...wire.client, region });
const ecr = clientIn(SCOPE.region);
t.teardown(() => ecr.destroy());

/** A repository of that name, through AWS's client. */
const repositoryNamed = async (repositoryName: string, more: object = {}): Promise<RepositoryRef> => {
  await ecr.createRepository({ repositoryName, ...more });
  return { ...SCOPE, name: repositoryName };
};

const status = (httpStatusCode: number) => ({ $metadata: { httpStatusCode } });
const code = (name: string, message?: RegExp | string) => ({ name, ...(message && { message }), ...status(400) });

t.test("a repository is made, described, changed and deleted", async (t) => {
  const { repository } = await ecr.createRepository({ repositoryName: "team/app", tags: [{ Key: "a", Value: "1" }] });
  t.match(repository, {
    repositoryArn: "arn:aws:ecr:us-east-1:111122223333:repository/team/app",
    registryId: "111122223333",
    repositoryName: "team/app",
    repositoryUri: "localhost:4510/team/app",
    createdAt: new Date(world.clock.now()),
    imageTagMutability: "MUTABLE",
    imageScanningConfiguration: { scanOnPush: false },
    encryptionConfiguration: { encryptionType: "AES256" },
  });
  await t.rejects(
    ecr.createRepository({ repositoryName: "team/app" }),
    code("RepositoryAlreadyExistsException", /'team\/app' already exists in the registry with id '111122223333'/),
  );
  await t.rejects(
    ecr.createRepository({ repositoryName: "Team" }),
    code("InvalidParameterException", /'repositoryName'/),
  );
  const changed = await ecr.putImageTagMutability({
    repositoryName: "team/app",
    imageTagMutability: "IMMUTABLE_WITH_EXCLUSION",
    imageTagMutabilityExclusionFilters: [{ filterType: "WILDCARD", filter: "dev-*" }],
  });
  t.match(changed, { imageTagMutability: "IMMUTABLE_WITH_EXCLUSION" });
  const { repositories } = await ecr.describeRepositories({ repositoryNames: ["team/app"] });
  t.match(repositories, [{ imageTagMutabilityExclusionFilters: [{ filterType: "WILDCARD", filter: "dev-*" }] }]);
  const resourceArn = repository?.repositoryArn;
  await ecr.tagResource({ resourceArn, tags: [{ Key: "b", Value: "2" }] });
  await ecr.untagResource({ resourceArn, tagKeys: ["a"] });
  t.match(await ecr.listTagsForResource({ resourceArn }), { tags: [{ Key: "b", Value: "2" }] });
  await ecr.deleteRepository({ repositoryName: "team/app" });
  await t.rejects(
    ecr.describeRepositories({ repositoryNames: ["team/app"] }),
    code(
      "RepositoryNotFoundException",
      "The repository with name 'team/app' does not exist in the registry with id '111122223333'",
    ),
  );
});

t.test("account and region keep repositories apart, and another account's are not found", async (t) => {
  const other = clientIn("eu-west-1");
  t.teardown(() => other.destroy());
  const { repository } = await other.createRepository({ repositoryName: "apart" });
  t.equal(repository?.repositoryUri, "localhost:4510/111122223333.eu-west-1/apart");
  await t.rejects(ecr.listImages({ repositoryName: "apart" }), code("RepositoryNotFoundException"));
  await t.rejects(
    other.listImages({ repositoryName: "apart", registryId: "999999999999" }),
    code("RepositoryNotFoundException", /registry with id '999999999999'/),
  );
  t.match(await other.listImages({ repositoryName: "apart", registryId: "111122223333" }), { imageIds: [] });
});

t.test("base images are read from every region, and written in one", async (t) => {
  const base = await repositoryNamed("berth/base");
  const digest = await world.push(base, ["a base layer"], "latest");
  const other = clientIn("eu-west-1");
  t.teardown(() => other.destroy());
  const seen = await other.describeImages({ repositoryName: "berth/base" });
  t.match(seen.imageDetails, [{ imageDigest: digest, imageTags: ["latest"] }]);
  const imageIds = [{ imageTag: "latest" }];
  await t.rejects(other.batchDeleteImage({ repositoryName: "berth/base", imageIds }), {
    name: "AccessDeniedException",
  });
  await t.rejects(other.createRepository({ repositoryName: "berth/mine" }), { name: "AccessDeniedException" });
});

t.test("what is not built says so by name", async (t) => {
  const repositoryName = "unbuilt";
  await t.rejects(ecr.createRepository({ repositoryName, imageScanningConfiguration: { scanOnPush: true } }), {
    message: /scanOnPush/,
    ...status(501),
  });
  await t.rejects(ecr.createRepository({ repositoryName, encryptionConfiguration: { encryptionType: "KMS" } }), {
    message: /KMS/,
    ...status(501),
  });
  await t.rejects(ecr.putReplicationConfiguration({ replicationConfiguration: { rules: [] } }), {
    message: /PutReplicationConfiguration/,
    ...status(501),
  });
});

t.test("the SDK's paginators see every repository, image and tag once", async (t) => {
  const repository = await repositoryNamed("paged");
  for (let i = 0; i < 5; i += 1) {
    world.clock.advance(1000);
    await world.push(repository, [`layer ${i}`], `v${i}`);
  }
  await world.put(
    repository,
    await world.manifestOf(repository, ["layer 0"]),
    "application/vnd.docker.distribution.manifest.v2+json",
    "also-v0",
  );
  const names: unknown[] = [];
  for await (const page of paginateDescribeRepositories({ client: ecr, pageSize: 1 }, {}))
    names.push(...(page.repositories ?? []).map((one) => one.repositoryName));
  t.strictSame(names, [...new Set(names)].sort());
  t.ok(names.includes("paged") && names.includes("berth/base"));
  const tags: unknown[] = [];
  for await (const page of paginateListImages({ client: ecr, pageSize: 2 }, { repositoryName: "paged" }))
    tags.push(...(page.imageIds ?? []).map((id) => id.imageTag));
  t.strictSame(tags, ["also-v0", "v0", "v1", "v2", "v3", "v4"]);
  const images: unknown[] = [];
  for await (const page of paginateDescribeImages({ client: ecr, pageSize: 2 }, { repositoryName: "paged" }))
    images.push(...(page.imageDetails ?? []).map((one) => one.imageTags?.join()));
  t.strictSame(images, ["also-v0,v0", "v1", "v2", "v3", "v4"], "the oldest first");
  await t.rejects(ecr.listImages({ repositoryName: "paged", maxResults: 1001 }), code("InvalidParameterException"));
  await t.rejects(
    ecr.listImages({ repositoryName: "paged", nextToken: "no token" }),
    code("InvalidParameterException"),
  );
  await t.rejects(
    ecr.describeImages({ repositoryName: "paged", imageIds: [{ imageTag: "v1" }], maxResults: 5 }),
    code("InvalidParameterException", /cannot be used together/),
  );
});

t.test("a pushed image is described at once, whole", async (t) => {
  const repository = await repositoryNamed("described");
  const manifest = await world.manifestOf(repository, ["one layer", "another"]);
  const digest = await world.put(repository, manifest, "application/vnd.docker.distribution.manifest.v2+json", "1");
  const signature = await world.push(repository, ["a signature"], undefined, {
    subject: { mediaType: "x", digest, size: 1 },
  });
  const index = await world.pushIndex(repository, [digest], "all");
  const parsed = JSON.parse(manifest) as { config: { size: number }; layers: { size: number }[] };
  const size = [parsed.config, ...parsed.layers].reduce((total, one) => total + one.size, 0);
  const { imageDetails = [] } = await ecr.describeImages({ repositoryName: "described" });
  const detailOf = (imageDigest: string) => imageDetails.find((one) => one.imageDigest === imageDigest);
  t.match(detailOf(digest), {
    registryId: "111122223333",
    imageTags: ["1"],
    imageSizeInBytes: size,
    imagePushedAt: new Date(world.clock.now()),
    imageManifestMediaType: "application/vnd.docker.distribution.manifest.v2+json",
    artifactMediaType: "application/vnd.docker.container.image.v1+json",
    lastRecordedPullTime: undefined,
  });
  t.match(detailOf(signature), { imageTags: undefined, subjectManifestDigest: digest });
  t.match(detailOf(index), { imageTags: ["all"], imageSizeInBytes: size, imageManifestMediaType: /index/ });
  const untagged = await ecr.listImages({ repositoryName: "described", filter: { tagStatus: "UNTAGGED" } });
  t.strictSame(untagged.imageIds, [{ imageDigest: signature }]);
  const archived = await ecr.describeImages({ repositoryName: "described", filter: { imageStatus: "ARCHIVED" } });
  t.strictSame(archived.imageDetails, []);
  await t.rejects(
    ecr.describeImages({ repositoryName: "described", imageIds: [{ imageTag: "none" }] }),
    code("ImageNotFoundException", /imageTag:'none'.* does not exist within the repository with name 'described'/),
  );

  const got = await ecr.batchGetImage({
    repositoryName: "described",
    imageIds: [{ imageTag: "1" }, { imageTag: "no" }, {}],
  });
  t.match(got.images, [{ imageManifest: manifest, imageId: { imageTag: "1", imageDigest: digest } }]);
  t.match(got.failures, [
    { imageId: { imageTag: "no" }, failureCode: "ImageNotFound", failureReason: "Requested image not found" },
    { failureCode: "MissingDigestAndTag" },
  ]);
  for (const id of [{}, { imageDigest: "sha256:1" }, { imageTag: "/" }])
    await t.rejects(
      ecr.describeImages({ repositoryName: "described", imageIds: [id] }),
      code("InvalidParameterException"),
      JSON.stringify(id),
    );
  const named = { repositoryName: "described", imageIds: [{ imageTag: "1" }] };
  t.strictSame((await ecr.describeImages({ ...named, filter: { tagStatus: "UNTAGGED" } })).imageDetails, []);
  const pulled = await ecr.describeImages(named);
  t.match(pulled.imageDetails, [{ lastRecordedPullTime: new Date(world.clock.now()) }]);

  const imageIds = [{ imageDigest: digest }, { imageTag: "all" }, { imageDigest: signature }];
  const deleted = await ecr.batchDeleteImage({ repositoryName: "described", imageIds: imageIds.slice(0, 1) });
  t.match(deleted, { imageIds: [], failures: [{ failureCode: "ImageReferencedByManifestList" }] });
  const all = await ecr.batchDeleteImage({ repositoryName: "described", imageIds });
  t.match(all.failures, [], "together with the index they go, in whatever order");
  t.equal((await ecr.listImages({ repositoryName: "described" })).imageIds?.length, 0);
});

t.test("a layer comes in parts, an image of layers, a tag by putting it again", async (t) => {
  const repositoryName = "parts";
  const repository = await repositoryNamed(repositoryName);
  const layer = Buffer.alloc(3_000_000, "layer");
  const layerDigest = digestOf(layer);
  const { uploadId, partSize } = await ecr.initiateLayerUpload({ repositoryName });
  t.equal(partSize, 10_485_760);
  const part = (from: number, to: number) =>
    ecr.uploadLayerPart({
      repositoryName,
      uploadId,
      partFirstByte: from,
      partLastByte: to - 1,
      layerPartBlob: layer.subarray(from, to),
    });
  await t.rejects(
    ecr.completeLayerUpload({ repositoryName, uploadId, layerDigests: [layerDigest] }),
    code("EmptyUploadException"),
  );
  t.match(await part(0, 2_000_000), { lastByteReceived: 1_999_999 });
  await t.rejects(part(1_000_000, 3_000_000), {
    ...code("InvalidLayerPartException"),
    lastValidByteReceived: 1_999_999,
  });
  t.match(await part(2_000_000, 3_000_000), { lastByteReceived: 2_999_999 });
  const done = await ecr.completeLayerUpload({ repositoryName, uploadId, layerDigests: [layerDigest] });
  t.match(done, { layerDigest });
  await t.rejects(part(3_000_000, 3_000_001), code("UploadNotFoundException"));

  const availability = await ecr.batchCheckLayerAvailability({
    repositoryName,
    layerDigests: [layerDigest, digestOf("not there"), "no digest"],
  });
  t.match(availability.layers, [
    { layerDigest, layerAvailability: "AVAILABLE", layerSize: 3_000_000 },
    { layerAvailability: "UNAVAILABLE" },
  ]);
  t.match(availability.failures, [{ layerDigest: "no digest", failureCode: "InvalidLayerDigest" }]);
  const { downloadUrl = "" } = await ecr.getDownloadUrlForLayer({ repositoryName, layerDigest });
  const url = new URL(downloadUrl);
  t.equal(`${url.host}${url.pathname}`, `localhost:4510/v2/parts/blobs/${layerDigest}`);
  t.match(world.wing.rules.holderOf(url.password), { ...SCOPE, right: "pull", principal: USER });
  await t.rejects(
    ecr.getDownloadUrlForLayer({ repositoryName, layerDigest: digestOf("x") }),
    code("LayersNotFoundException"),
  );

  const config = await world.upload(repository, "{}");
  const descriptor = (digest: string, size: number) => ({ mediaType: "application/octet-stream", digest, size });
  const imageManifest = JSON.stringify({
    schemaVersion: 2,
    mediaType: "application/vnd.oci.image.manifest.v1+json",
    config: descriptor(config, 2),
    layers: [descriptor(layerDigest, layer.length)],
  });
  const imageDigest = digestOf(imageManifest);
  const put = await ecr.putImage({ repositoryName, imageManifest, imageTag: "1", imageDigest });
  t.match(put.image, { imageId: { imageDigest, imageTag: "1" }, imageManifestMediaType: /oci/ });
  await ecr.putImage({ repositoryName, imageManifest, imageTag: "2" });
  t.match((await ecr.describeImages({ repositoryName })).imageDetails, [{ imageTags: ["1", "2"] }]);
  await t.rejects(
    ecr.putImage({ repositoryName, imageManifest, imageTag: "2" }),
    code("ImageAlreadyExistsException", /and tag '2' already exists/),
  );
  await t.rejects(
    ecr.putImage({ repositoryName, imageManifest, imageDigest: digestOf("other") }),
    code("ImageDigestDoesNotMatchException"),
  );
  const missing = imageManifest.replace(layerDigest, digestOf("missing"));
  await t.rejects(
    ecr.putImage({ repositoryName, imageManifest: missing }),
    code("LayersNotFoundException", digestRegex("missing")),
  );
  await t.rejects(ecr.putImage({ repositoryName, imageManifest: "no manifest" }), code("InvalidParameterException"));
});

const digestRegex = (text: string) => new RegExp(digestOf(text));

t.test("an immutable tag stays with its image, but for the tags that are excepted", async (t) => {
  const repositoryName = "fixed";
  const repository = await repositoryNamed(repositoryName, {
    imageTagMutability: "IMMUTABLE_WITH_EXCLUSION",
    imageTagMutabilityExclusionFilters: [{ filterType: "WILDCARD", filter: "dev-*" }],
  });
  const first = await world.push(repository, ["first"], "1");
  const imageManifest = await world.manifestOf(repository, ["second"]);
  await t.rejects(
    ecr.putImage({ repositoryName, imageManifest, imageTag: "1" }),
    code(
      "ImageTagAlreadyExistsException",
      "The image tag '1' already exists in the 'fixed' repository and cannot be overwritten because the tag is immutable.",
    ),
  );
  t.match(
    (await ecr.describeImages({ repositoryName })).imageDetails,
    [{ imageDigest: first }],
    "and nothing new is listed",
  );
  await world.push(repository, ["first"], "dev-1");
  await ecr.putImage({ repositoryName, imageManifest, imageTag: "dev-1" });
});

t.test("a login is good for twelve hours, for the account's own registry", async (t) => {
  const { authorizationData = [] } = await ecr.getAuthorizationToken({});
  const [{ authorizationToken = "", expiresAt, proxyEndpoint } = {}] = authorizationData;
  t.equal(proxyEndpoint, "http://localhost:4510");
  t.strictSame(expiresAt, new Date(world.clock.now() + 12 * 60 * 60 * 1000));
  const [user, token = ""] = Buffer.from(authorizationToken, "base64").toString().split(":");
  t.equal(user, "AWS");
  const holder = world.wing.rules.holderOf(token)!;
  t.match(holder, { ...SCOPE, right: "push", principal: USER });
  await t.rejects(ecr.getAuthorizationToken({ registryIds: ["999999999999"] }), code("InvalidParameterException"));

  const { rules } = world.wing;
  const repository = await repositoryNamed("entered");
  t.equal(await rules.allow(holder, repository, "push"), true);
  t.equal(await rules.allow(holder, { ...repository, region: "eu-west-1" }, "pull"), false);
  t.equal(await rules.allow({ ...holder, account: "999999999999" }, repository, "pull"), false);
  await t.rejects(rules.allow({ ...holder, right: "pull" }, repository, "push"), { code: "AccessDeniedException" });
  await t.rejects(rules.allow(holder, { ...repository, name: "nowhere" }, "push"), {
    code: "RepositoryNotFoundException",
  });
  const base = { account: "999999999999", region: "eu-west-1", name: "berth/base" };
  t.equal(await rules.allow({ ...holder, ...base }, base, "pull"), true);
  t.equal(await rules.allow({ ...holder, ...base }, base, "push"), false);
  t.match(await ecr.describeRegistry({}), { registryId: "111122223333", replicationConfiguration: { rules: [] } });
});

t.test("a repository policy is kept, and what it denies is denied on both ways in", async (t) => {
  const repositoryName = "guarded";
  const repository = await repositoryNamed(repositoryName);
  await t.rejects(ecr.getRepositoryPolicy({ repositoryName }), code("RepositoryPolicyNotFoundException"));
  const policyText = JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Sid: "no pushes", Effect: "Deny", Principal: "*", Action: ["ecr:PutImage"] }],
  });
  await ecr.setRepositoryPolicy({ repositoryName, policyText });
  t.match(await ecr.getRepositoryPolicy({ repositoryName }), { policyText });
  const denied = {
    name: "AccessDeniedException",
    message: /is not authorized to perform: ecr:PutImage on resource: arn:aws:ecr/,
  };
  await t.rejects(ecr.putImage({ repositoryName, imageManifest: "{}" }), denied);
  const holder = { ...SCOPE, principal: USER, right: "push" as const, expiresAt: 0 };
  await t.rejects(world.wing.rules.allow(holder, repository, "push"), { code: "AccessDeniedException" });
  t.equal(await world.wing.rules.allow(holder, repository, "pull"), true);
  await t.rejects(
    ecr.setRepositoryPolicy({ repositoryName, policyText: policyText.replace("ecr:PutImage", "ecr:*") }),
    code("InvalidParameterException", /keep you from setting another/),
  );
  await t.rejects(
    ecr.setRepositoryPolicy({ repositoryName, policyText: "{}" }),
    code("InvalidParameterException", /Invalid repository policy/),
  );
  for (const [action, access] of [
    ["ecr:ListImages", "list"],
    ["ecr:BatchDeleteImage", "delete"],
  ] as const) {
    t.equal(await world.wing.rules.allow(holder, repository, access), true, `${access} is not denied yet`);
    await ecr.setRepositoryPolicy({ repositoryName, policyText: policyText.replace("ecr:PutImage", action) });
    await t.rejects(world.wing.rules.allow(holder, repository, access), { message: new RegExp(action) });
  }
  await t.rejects(world.wing.rules.allow({ ...holder, right: "pull" }, repository, "delete"), /only pulls/);
  t.match(await ecr.deleteRepositoryPolicy({ repositoryName }), { policyText: /ecr:BatchDeleteImage/ });
  t.equal(await world.wing.rules.allow(holder, repository, "push"), true);
});

t.test("nothing is scanned, and nobody is told that all is well", async (t) => {
  const repositoryName = "scanned";
  await world.push(await repositoryNamed(repositoryName), ["layer"], "1");
  const unsupported = { imageScanStatus: { status: "UNSUPPORTED_IMAGE", description: /no scanner/ } };
  t.match(await ecr.startImageScan({ repositoryName, imageId: { imageTag: "1" } }), unsupported);
  const findings = await ecr.describeImageScanFindings({ repositoryName, imageId: { imageTag: "1" } });
  t.match(findings, { ...unsupported, imageScanFindings: undefined });
  await t.rejects(ecr.startImageScan({ repositoryName, imageId: { imageTag: "2" } }), code("ImageNotFoundException"));
});

const KEEP_ONE = JSON.stringify({
  rules: [
    {
      rulePriority: 7,
      description: "the newest of v",
      selection: { tagStatus: "tagged", tagPrefixList: ["v"], countType: "imageCountMoreThan", countNumber: 1 },
      action: { type: "expire" },
    },
  ],
});

/** Berth's own operations of ECR over /api. */
const anApi = async (t: Test) => {
  const app = makeServer({ requestId: () => "request-1", bodyLimitBytes: 100_000 });
  t.teardown(() => app.close());
  const page = {
    services: [{ name: "ecr", ...world.wing, routes: ecrRoutes }],
    operations: world.wing.own,
    version: "1.2.3",
  };
  await app.register(restPlugin, { ...page, prefix: "/api", apiToken: "token", defaults: SCOPE });
  await app.register(docsPlugin, page);
  return async (method: "GET" | "POST" | "PUT" | "DELETE", url: string, body?: object) => {
    const headers = { authorization: "Bearer token" };
    const response = await app.inject({ method, url: `/api/ecr${url}`, headers, ...(body && { payload: body }) });
    return { status: response.statusCode, json: response.payload && JSON.parse(response.payload) };
  };
};

t.test("a lifecycle policy is previewed without harm, and then acts, telling why", async (t) => {
  const ask = await anApi(t);
  const repositoryName = "team/aging";
  const repository = await repositoryNamed(repositoryName);
  const old = await world.push(repository, ["old"], "v1");
  await world.clock.advance(DAY);
  const young = await world.push(repository, ["young"], "v2");
  const other = await world.push(repository, ["other"], "other");
  await t.rejects(ecr.startLifecyclePolicyPreview({ repositoryName }), code("LifecyclePolicyNotFoundException"));
  await t.rejects(ecr.getLifecyclePolicyPreview({ repositoryName }), code("LifecyclePolicyPreviewNotFoundException"));
  for (const method of ["GET", "POST"] as const)
    t.match(await ask(method, "/repositories/team%2Faging/lifecycle-run"), { status: 404 });
  await t.rejects(
    ecr.putLifecyclePolicy({ repositoryName, lifecyclePolicyText: KEEP_ONE.replace("tagged", "some") }),
    code("InvalidParameterException", /Lifecycle policy validation failure/),
  );
  await ecr.startLifecyclePolicyPreview({ repositoryName, lifecyclePolicyText: KEEP_ONE });
  const waited = await waitUntilLifecyclePolicyPreviewComplete({ client: ecr, maxWaitTime: 10 }, { repositoryName });
  t.equal(waited.state, "SUCCESS");
  const preview = await ecr.getLifecyclePolicyPreview({ repositoryName });
  t.match(preview, {
    status: "COMPLETE",
    lifecyclePolicyText: KEEP_ONE,
    summary: { expiringImageTotalCount: 1 },
    previewResults: [{ imageDigest: old, imageTags: ["v1"], action: { type: "EXPIRE" }, appliedRulePriority: 7 }],
  });
  const untagged = await ecr.getLifecyclePolicyPreview({ repositoryName, filter: { tagStatus: "UNTAGGED" } });
  t.strictSame(untagged.previewResults, []);
  t.equal((await ecr.listImages({ repositoryName })).imageIds?.length, 3, "a preview deletes nothing");

  await ecr.putLifecyclePolicy({ repositoryName, lifecyclePolicyText: KEEP_ONE });
  t.match(await ecr.getLifecyclePolicy({ repositoryName }), {
    lifecyclePolicyText: KEEP_ONE,
    lastEvaluatedAt: undefined,
  });
  const foretold = await ask("GET", "/repositories/team%2Faging/lifecycle-run");
  t.equal((await ecr.listImages({ repositoryName })).imageIds?.length, 3, "our preview deletes nothing either");
  const { status, json } = await ask("POST", "/repositories/team%2Faging/lifecycle-run");
  t.same(foretold.json, json, "and tells of every image what a run then does");
  t.equal(status, 200);
  const verdicts = new Map(json.images.map((one: { imageDigest: string }) => [one.imageDigest, one]));
  t.match(verdicts.get(old), {
    expired: true,
    rulePriority: 7,
    reason: "it is number 2 of 2 from the newest, and 1 are kept",
  });
  t.match(verdicts.get(young), { expired: false, rulePriority: 7, imageTags: ["v2"] });
  t.match(verdicts.get(other), { expired: false, reason: "no rule selects it" });
  t.match((await ecr.listImages({ repositoryName })).imageIds, [{ imageTag: "other" }, { imageTag: "v2" }]);
  t.match(await ecr.getLifecyclePolicy({ repositoryName }), { lastEvaluatedAt: new Date(world.clock.now()) });
  await ecr.deleteLifecyclePolicy({ repositoryName });
  await t.rejects(ecr.getLifecyclePolicy({ repositoryName }), code("LifecyclePolicyNotFoundException"));
});

/** A layer with these files; one that ends in a slash is a folder. */
const layerOf = async (files: Record<string, string>): Promise<Buffer> => {
  const tar = pack();
  for (const [name, content] of Object.entries(files)) tar.entry({ name }, content);
  tar.finalize();
  return gzipSync(await buffer(tar));
};
const dpkg = (...names: string[]) =>
  names
    .map((name) => `Package: ${name}\nStatus: install ok installed\nArchitecture: amd64\nVersion: 1.${name.length}\n`)
    .join("\n");

t.test("an image's packages are read out of its layers, as the topmost one says", async (t) => {
  const ask = await anApi(t);
  const repository = await repositoryNamed("packed");
  const removed = "Package: ghost\nStatus: deinstall ok config-files\nVersion: 1\n";
  const base = await layerOf({ "var/lib/dpkg/status": `${dpkg("bash")}\n${removed}`, "etc/os-release": "Debian" });
  const next = await layerOf({ "./var/lib/dpkg/status": dpkg("bash", "curl") });
  const packagesOf = async (tag: string, ...layers: Buffer[]) => {
    await world.push(repository, layers, tag);
    const { status, json } = await ask("GET", `/repositories/packed/images/${tag}/packages`);
    return status === 200 ? json.packages.map(({ name }: { name: string }) => name).join(" ") : status;
  };
  t.equal(await packagesOf("base", base), "bash");
  t.equal(await packagesOf("next", base, next), "bash curl");
  t.equal(await packagesOf("gone", base, await layerOf({ "var/lib/dpkg/.wh.status": "" })), "");
  t.equal(await packagesOf("folder-gone", base, await layerOf({ "var/lib/.wh.dpkg": "" })), "");
  const opaque = await layerOf({ "var/lib/dpkg/.wh..wh..opq": "", "var/lib/dpkg/status": dpkg("zsh") });
  t.equal(await packagesOf("opaque", base, opaque), "zsh", "what a layer itself puts there stays");
  const distroless = await layerOf({
    "var/lib/dpkg/status.d/libc6": "Package: libc6\nVersion: 2\nArchitecture: amd64\n",
    "var/lib/dpkg/status.d/libc6.md5sums": "0 x",
  });
  const more = await layerOf({ "var/lib/dpkg/status.d/tzdata": "Package: tzdata\nVersion: 3\n" });
  t.equal(await packagesOf("distroless", distroless, more), "libc6 tzdata");
  const alpine = await layerOf({
    "lib/apk/db/installed": "C:Q1\nP:musl\nV:1.2\nA:x86_64\n\nP:zlib\nV:1.3\nA:x86_64\n",
  });
  t.equal(await packagesOf("alpine", alpine), "musl zlib");
  t.match((await ask("GET", "/repositories/packed/images/base/packages")).json, {
    packages: [{ name: "bash", version: "1.4", architecture: "amd64" }],
  });
  t.equal((await ask("GET", "/repositories/packed/images/nothing/packages")).status, 404);
  t.equal(await packagesOf("broken", Buffer.from("no gzip")), 400, "a layer that is none is told");
});

t.test("space is freed of what no image names, and of nothing that a push needs", async (t) => {
  const ask = await anApi(t);
  const collect = async () => (await ask("POST", "/collect")).json;
  await world.clock.advance(2 * 60 * 60 * 1000);
  await collect();
  const repository = await repositoryNamed("space");
  const [shared, own, fresh] = [Buffer.alloc(100_000, "s"), Buffer.alloc(200_000, "o"), Buffer.alloc(50_000, "f")];
  const [kept, goes] = [
    await world.push(repository, [shared], "kept"),
    await world.push(repository, [shared, own], "goes"),
  ];
  await world.clock.advance(2 * 60 * 60 * 1000);
  const freshDigest = await world.upload(repository, fresh);
  await ecr.batchDeleteImage({ repositoryName: "space", imageIds: [{ imageTag: "goes" }] });

  const figures = await collect();
  const configSize = Buffer.byteLength(JSON.stringify({ layers: [digestOf(shared), digestOf(own)] }));
  t.match(figures, { collected: true, manifests: 1, blobs: 2, bytes: own.length + configSize });
  t.match(world.collected.at(-1), { bytes: own.length + configSize });
  const sizeOf = (bytes: Buffer) => world.deps.store.blobs.size(repository, digestOf(bytes));
  t.strictSame([await sizeOf(shared), await sizeOf(own), await sizeOf(fresh)], [100_000, undefined, 50_000]);
  const manifest = (digest: string) => world.deps.store.manifests.get(repository, digest);
  t.ok(await manifest(kept));
  t.equal(await manifest(goes), undefined);

  await world.push(repository, [fresh], "late");
  t.match(await ecr.batchCheckLayerAvailability({ repositoryName: "space", layerDigests: [freshDigest] }), {
    layers: [{ layerAvailability: "AVAILABLE" }],
  });
  await world.push(repository, [shared, own], "goes");
  t.equal(await sizeOf(own), own.length, "and what was freed can be pushed again");
  await world.upload(repository, Buffer.alloc(10_000, "x"));
  await world.clock.advance(2 * 60 * 60 * 1000);
  t.match(
    await collect(),
    { manifests: 0, blobs: 1, bytes: 10_000 },
    "a layer that no push came back for goes in time",
  );
});

t.test("a collection waits for the upload under way, new uploads wait for the collection", async (t) => {
  const ask = await anApi(t);
  const { rules } = world.wing;
  const repository = await repositoryNamed("held");
  const order: string[] = [];
  world.onCollector(() => order.push("the collector runs"));
  const release = await rules.hold();
  const collecting = ask("POST", "/collect");
  await untilClosed();
  const next = rules.hold().then((done) => {
    order.push("the next upload begins");
    done();
  });
  await world.uploadNow(repository, "what the upload that holds brings");
  order.push("the upload ends");
  release();
  await Promise.all([collecting, next]);
  t.strictSame(order, ["the upload ends", "the collector runs", "the next upload begins"]);
  t.match((await collecting).json, { collected: true });
});

/** Until new ones are kept out: the collection has begun, and cannot have passed the one that holds. */
const untilClosed = (): Promise<boolean> => {
  const { holds, clock } = world.deps;
  const isOpen = async () => {
    const isTaken = await holds.take("looking", clock.now(), clock.now() + 1);
    await holds.release("looking");
    return isTaken;
  };
  return until("a collection to keep new uploads out", isOpen, (open) => !open);
};

t.test("a collection that fails lets uploads go on, and the next one does what it left", async (t) => {
  const ask = await anApi(t);
  const repository = await repositoryNamed("failing");
  await world.push(repository, [Buffer.alloc(40_000, "f")], "1");
  await ecr.batchDeleteImage({ repositoryName: "failing", imageIds: [{ imageTag: "1" }] });
  await world.clock.advance(2 * 60 * 60 * 1000);
  world.onCollector(() => {
    throw new Error("the collector fell over");
  });
  t.equal((await ask("POST", "/collect")).status, 500);
  world.onCollector(() => {});
  await world.push(repository, ["goes on"], "2");
  await ask("POST", "/collect");
  t.equal(await world.deps.store.blobs.size(repository, digestOf(Buffer.alloc(40_000, "f"))), undefined);
  t.match((await ecr.listImages({ repositoryName: "failing" })).imageIds, [{ imageTag: "2" }]);
});

t.test(
  "whatever is pushed and deleted while space is freed, all that is listed is there to the last layer",
  async (t) => {
    const { wing, deps } = world;
    const ask = await anApi(t);
    const repository = await repositoryNamed("busy");
    const collections: Promise<{ json: { collected: boolean } }>[] = [];
    const layer = (name: string) => `layer ${name} `.repeat(500);
    const pusher = async (who: number) => {
      for (let i = 0; i < 8; i += 1) {
        await world.push(repository, [layer("of all"), layer(`of ${who}`), layer(`${who}.${i}`)], `t${who}-${i % 3}`);
        // The image goes again, so that the next one's layers were somebody's that is gone.
        if (i % 2 === 0) await wing.rules.remove(repository, `t${who}-${i % 3}`);
        else if (who === 1) collections.push(ask("POST", "/collect"));
      }
    };
    await Promise.all([1, 2, 3].map(pusher));
    const collected = (await Promise.all(collections)).filter(({ json }) => json.collected);
    t.ok(collected.length > 0, "space was freed meanwhile");

    const images = await deps.images.list(repository);
    t.ok(images.length >= 12, `${images.length} images`);
    for (const { digest, blobs } of images) {
      const manifest = await deps.store.manifests.get(repository, digest);
      t.equal(manifest && digestOf(manifest.bytes), digest);
      for (const blob of blobs) {
        const reading = await deps.store.blobs.read(repository, blob);
        t.equal(reading && digestOf(await buffer(reading.bytes)), blob);
      }
    }
  },
);

t.test("a push of a manifest that never became an image leaves nothing behind", async (t) => {
  const ask = await anApi(t);
  const repository = await repositoryNamed("halfway");
  // What the tests before have left.
  await world.clock.advance(2 * 60 * 60 * 1000);
  await ask("POST", "/collect");
  const manifest = await world.manifestOf(repository, [Buffer.alloc(30_000, "h")]);
  const bytes = Buffer.from(manifest);
  const mediaType = "application/vnd.docker.distribution.manifest.v2+json";
  await world.wing.rules.check(repository, { digest: digestOf(bytes), mediaType, bytes, tag: "1" });
  await world.wing.shelf.manifests.put(repository, digestOf(bytes), mediaType, bytes);
  t.match(await ecr.listImages({ repositoryName: "halfway" }), { imageIds: [] });
  await world.clock.advance(2 * 60 * 60 * 1000);
  t.match((await ask("POST", "/collect")).json, { manifests: 1, blobs: 2 });
});

t.test("a deleted repository takes its images along when it must", async (t) => {
  const repository = await repositoryNamed("full");
  await world.push(repository, ["layer"], "1");
  await t.rejects(
    ecr.deleteRepository({ repositoryName: "full" }),
    code("RepositoryNotEmptyException", /cannot be deleted because it still contains images/),
  );
  await ecr.deleteRepository({ repositoryName: "full", force: true });
  await repositoryNamed("full");
  t.strictSame((await ecr.listImages({ repositoryName: "full" })).imageIds, [], "the next of that name begins empty");
});

t.test("ECR in /api: repositories and their images are resources", async (t) => {
  const ask = await anApi(t);
  const path = "/repositories/by%2Frest";
  t.match(await ask("POST", "/repositories", { repositoryName: "by/rest" }), {
    status: 201,
    json: { repository: { repositoryUri: "localhost:4510/by/rest" } },
  });
  const imageDigest = await world.push({ ...SCOPE, name: "by/rest" }, ["layer"], "1");
  t.match(await ask("GET", "/repositories?repositoryNames=by/rest"), { json: { repositories: [{}] } });
  t.match(await ask("GET", `${path}/images`), { json: { imageDetails: [{ imageDigest, imageTags: ["1"] }] } });
  t.match(await ask("GET", `${path}/image-ids`), { json: { imageIds: [{ imageTag: "1" }] } });
  t.match(await ask("PUT", `${path}/tag-mutability`, { imageTagMutability: "IMMUTABLE" }), { status: 200 });
  t.match(await ask("PUT", `${path}/lifecycle-policy`, { lifecyclePolicyText: KEEP_ONE }), { status: 200 });
  t.match(await ask("GET", `${path}/lifecycle-policy`), { json: { lifecyclePolicyText: KEEP_ONE } });
  t.match(await ask("GET", `${path}/policy`), {
    status: 404,
    json: { error: { code: "RepositoryPolicyNotFoundException" } },
  });
  t.match(await ask("DELETE", `${path}/images`, { imageIds: [{ imageTag: "1" }] }), { json: { failures: [] } });
  t.match(await ask("POST", "/authorization-token"), { json: { authorizationData: [{}] } });
  t.match(await ask("DELETE", path), { status: 200 });
  t.match(await ask("GET", `${path}/images`), {
    status: 404,
    json: { error: { code: "RepositoryNotFoundException" } },
  });
});

t.test("by itself: a push makes its repository where that is set, and every hour policies act", async (t) => {
  const own = await anEcrWorld(t, { defaults: SCOPE, createOnPush: true });
  const holder = { ...SCOPE, principal: USER, right: "push" as const, expiresAt: 0 };
  const made = { ...SCOPE, name: "made/on-push" };
  for (const access of ["pull", "list", "delete"] as const)
    await t.rejects(own.wing.rules.allow(holder, made, access), { code: "RepositoryNotFoundException" }, access);
  t.equal(await own.wing.rules.allow(holder, made, "push"), true);
  t.equal(await own.wing.rules.allow(holder, made, "pull"), true);

  const [stored] = await own.deps.repositories.get([repositoryId(made)]);
  const policed = { ...stored!.value, lifecycle: { text: KEEP_ONE } };
  await own.deps.repositories.replace(stored!.id, stored!.version, policed, repositoryTerms(made));
  await own.push(made, [Buffer.alloc(20_000, "1")], "v1");
  const caller = { ...SCOPE, principal: USER, requestId: "1", accessKeyId: undefined };
  await own.wing.handlers.InitiateLayerUpload({ repositoryName: made.name }, caller);
  await own.clock.advance(25 * 60 * 60 * 1000);
  await own.push(made, ["a newer layer"], "v2");
  const ending = new AbortController();
  await own.wing.keep(ending.signal);
  await own.clock.advance(60 * 60 * 1000);
  const freed = await until(
    "the hourly run to have freed space",
    async () => own.collected.reduce((total, { bytes }) => total + bytes, 0),
    (bytes) => bytes > 0,
  );
  ending.abort();
  t.ok(freed >= 20_000, `${freed} bytes`);
  t.strictSame(await own.wing.rules.tags(made), ["v2"]);
  t.strictSame(await own.deps.layerUploads.find([]), [], "and an upload that nobody went on with is forgotten");
});

t.test("nothing broke, and no answer strayed from AWS's model", async (t) => {
  t.same(wire.logged, []);
});
