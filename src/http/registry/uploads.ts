import type { FastifyReply } from "fastify";
import type { Answering, Asked } from "./asked.ts";
import { contentRangeOf } from "./content-range.ts";
import { DoorError, digestInvalid, unsupported, uploadUnknown } from "./errors.ts";
import { isDigest } from "./names.ts";
import type { Upload } from "./ports.ts";
import { untilCut } from "./until-cut.ts";

/** POST: begins an upload, uploads a blob whole (`?digest=`), or mounts one of another repository (`?mount=&from=`). */
export const beginUpload = async <Holder>(asked: Asked<Holder>): Answering => {
  const { parts, request, repository, query } = asked;
  if (request.method !== "POST") throw unsupported("An upload begins with POST.");
  const release = await parts.rules.hold();
  try {
    if (await isMounted(asked)) return created(asked, query.get("mount")!);
    const digest = query.get("digest");
    if (digest !== null && !isDigest(digest)) throw digestInvalid(digest);
    const upload = await parts.shelf.uploads.begin(repository);
    parts.uploads.learn(upload);
    if (digest === null) return underWay(asked, upload, 202);
    return await onUpload(asked, upload.id, (state) => appendAndFinish(asked, { id: upload.id, state }, digest));
  } finally {
    release();
  }
};

/** PATCH appends, PUT finishes, GET tells how far it is, DELETE gives it up. */
export const continueUpload = async <Holder>(asked: Asked<Holder>, id: string): Answering => {
  const { parts, request, repository, query } = asked;
  const digest = query.get("digest") ?? "";
  if (request.method === "PUT" && !isDigest(digest)) throw digestInvalid(digest);
  const release = await parts.rules.hold();
  try {
    return await onUpload(asked, id, async (state) => {
      const upload = { id, state };
      switch (request.method) {
        case "GET":
        case "HEAD": {
          const found = await parts.shelf.uploads.status(repository, upload);
          if (!found) throw uploadUnknown(id);
          return underWay(asked, found, 204);
        }
        case "PATCH":
          return underWay(asked, await append(asked, upload), 202);
        case "PUT":
          return appendAndFinish(asked, upload, digest);
        case "DELETE":
          parts.uploads.forget(id);
          if (!(await parts.shelf.uploads.cancel(repository, upload))) throw uploadUnknown(id);
          return asked.reply.code(204).send();
        default:
          throw unsupported("An upload takes PATCH, PUT, GET and DELETE.");
      }
    });
  } finally {
    release();
  }
};

const isMounted = async <Holder>({ parts, repository, query, readable }: Asked<Holder>): Promise<boolean> => {
  const digest = query.get("mount");
  const from = query.get("from");
  if (digest === null || from === null || !isDigest(digest)) return false;
  const source = await readable(from);
  return source !== undefined && parts.shelf.uploads.mount(repository, source, digest);
};

const onUpload = <Holder>(
  { parts, request, query }: Asked<Holder>,
  id: string,
  work: (state: string) => Promise<FastifyReply>,
): Promise<FastifyReply> => {
  const cut = () => {
    if (!request.raw.complete) request.raw.destroy();
  };
  return parts.uploads.alone(id, cut, () => work(parts.uploads.newest(id, query.get("_state") ?? "")));
};

/** All that came of the body is on disk; throws where the request does not go on where the upload is. */
const append = async <Holder>(asked: Asked<Holder>, upload: Pick<Upload, "id" | "state">): Promise<Upload> => {
  const { parts, request, repository } = asked;
  const { uploads } = parts.shelf;
  const range = contentRangeOf(request.headers);
  if (range !== undefined) {
    const now = await uploads.status(repository, upload);
    if (!now) throw uploadUnknown(upload.id);
    if (range === "invalid" || range.start !== now.offset) throw elsewhere(asked, now);
  }
  const now = await uploads.append(repository, upload, untilCut(request.raw));
  if (!now) throw uploadUnknown(upload.id);
  parts.uploads.learn(now);
  if (!request.raw.complete) throw new DoorError(400, "BLOB_UPLOAD_INVALID", "The body ended before its time.");
  return now;
};

const appendAndFinish = async <Holder>(
  asked: Asked<Holder>,
  upload: Pick<Upload, "id" | "state">,
  digest: string,
): Answering => {
  const { parts, repository } = asked;
  const { state } = hasBody(asked) ? await append(asked, upload) : upload;
  await parts.failpoints.hit("registry.blob-before-finish");
  const end = await parts.shelf.uploads.finish(repository, { id: upload.id, state }, digest);
  parts.uploads.forget(upload.id);
  if (end === "digest-invalid") throw digestInvalid(digest);
  if (end === "unknown-upload") throw uploadUnknown(upload.id);
  return created(asked, digest);
};

const hasBody = <Holder>({ request: { headers } }: Asked<Holder>): boolean =>
  headers["transfer-encoding"] !== undefined || Number(headers["content-length"] ?? 0) > 0;

const created = <Holder>({ reply, shown }: Asked<Holder>, digest: string): FastifyReply =>
  reply
    .code(201)
    .headers({ location: `/v2/${shown}/blobs/${digest}`, "docker-content-digest": digest })
    .send();

const underWay = <Holder>(asked: Asked<Holder>, upload: Upload, status: number): FastifyReply =>
  asked.reply.code(status).headers(progressOf(asked, upload)).send();

const elsewhere = <Holder>(asked: Asked<Holder>, upload: Upload): DoorError =>
  new DoorError(416, "RANGE_INVALID", `The upload goes on at byte ${upload.offset}.`, {
    headers: progressOf(asked, upload),
  });

const progressOf = <Holder>({ shown }: Asked<Holder>, { id, offset, state }: Upload): Record<string, string> => ({
  location: `/v2/${shown}/blobs/uploads/${encodeURIComponent(id)}?_state=${encodeURIComponent(state)}`,
  range: `0-${Math.max(0, offset - 1)}`,
  "docker-upload-uuid": id,
});
