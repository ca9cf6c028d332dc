import { createHash } from "node:crypto";
import type { FastifyReply } from "fastify";
import type { Answering, Asked } from "./asked.ts";
import { DoorError, digestInvalid, manifestUnknown, unsupported } from "./errors.ts";
import { demandManifest } from "./manifest-shape.ts";
import { isDigest, isTag } from "./names.ts";

/** A manifest is held in memory, so it has a limit: Distribution's own, and ECR's. */
const LONGEST_BYTES = 4 * 1024 * 1024;

/** PUT, GET, HEAD and DELETE of a manifest, by tag or digest. */
export const answerManifest = async <Holder>(asked: Asked<Holder>, reference: string): Answering => {
  if (!isDigest(reference) && !isTag(reference)) {
    if (reference.includes(":")) throw digestInvalid(reference);
    throw new DoorError(400, "TAG_INVALID", `"${reference}" is no tag: letters, digits, . _ -, at most 128`);
  }
  switch (asked.request.method) {
    case "GET":
    case "HEAD":
      return read(asked, reference);
    case "PUT":
      return push(asked, reference);
    case "DELETE":
      if (!(await asked.parts.rules.remove(asked.repository, reference)))
        throw manifestUnknown(reference, asked.repository.name);
      return asked.reply.code(202).send();
    default:
      throw unsupported("A manifest takes GET, HEAD, PUT and DELETE.");
  }
};

const read = async <Holder>({ parts, request, reply, repository }: Asked<Holder>, reference: string): Answering => {
  const digest = await parts.rules.resolve(repository, reference);
  const manifest = digest === undefined ? undefined : await parts.shelf.manifests.get(repository, digest);
  if (digest === undefined || !manifest) throw manifestUnknown(reference, repository.name);
  const { mediaType, bytes } = manifest;
  reply.headers({
    "content-type": mediaType,
    "content-length": bytes.length,
    "docker-content-digest": digest,
    etag: `"${digest}"`,
  });
  if (request.method === "HEAD") return reply.send();
  await parts.rules.pulled(repository, digest);
  return reply.send(bytes);
};

/** First it is on disk, then one move names it: what is acknowledged can be pulled, and nothing half-pushed is listed. */
const push = async <Holder>(asked: Asked<Holder>, reference: string): Answering => {
  const { parts, request, reply, repository, shown } = asked;
  const bytes = await bodyOf(asked);
  const digest = `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
  if (isDigest(reference) && reference !== digest) throw digestInvalid(reference);
  const mediaType = (request.headers["content-type"] ?? "").split(";")[0]!.trim();
  demandManifest(mediaType, bytes);
  const manifest = { digest, mediaType, bytes, ...(isDigest(reference) ? {} : { tag: reference }) };
  const release = await parts.rules.hold();
  try {
    await parts.rules.check(repository, manifest);
    await parts.failpoints.hit("registry.manifest-before-kept");
    const put = await parts.shelf.manifests.put(repository, digest, mediaType, bytes);
    if (put.type === "invalid") throw new DoorError(400, "MANIFEST_INVALID", "manifest invalid", { detail: put.why });
    if (put.type === "missing") throw blobsMissing(put.digests);
    await parts.failpoints.hit("registry.manifest-kept");
    const { subject } = await parts.rules.push(repository, manifest);
    await parts.failpoints.hit("registry.manifest-named");
    if (subject !== undefined) reply.header("oci-subject", subject);
    return acknowledged(reply, shown, digest);
  } finally {
    release();
  }
};

const acknowledged = (reply: FastifyReply, shown: string, digest: string): FastifyReply =>
  reply
    .code(201)
    .headers({ location: `/v2/${shown}/manifests/${digest}`, "docker-content-digest": digest })
    .send();

const blobsMissing = (digests: readonly string[]): DoorError =>
  new DoorError(404, "MANIFEST_BLOB_UNKNOWN", `Layers with digests '[${digests.join(", ")}]' do not exist`, {
    detail: digests.map((digest) => ({ digest })),
  });

const bodyOf = async <Holder>({ request }: Asked<Holder>): Promise<Buffer> => {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request.raw.iterator({ destroyOnReturn: false })) {
    length += (chunk as Buffer).length;
    if (length > LONGEST_BYTES)
      throw new DoorError(413, "MANIFEST_INVALID", `A manifest has at most ${LONGEST_BYTES} bytes.`);
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks);
};
