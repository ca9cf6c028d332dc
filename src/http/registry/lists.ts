import type { Answering, Asked } from "./asked.ts";
import { DoorError, digestInvalid, unsupported } from "./errors.ts";
import { isDigest } from "./names.ts";

const INDEX = "application/vnd.oci.image.index.v1+json";

/** Tags in lexical order, a page of `n` after `last`; Link names the next one. */
export const answerTags = async <Holder>({
  parts,
  request,
  reply,
  repository,
  shown,
  query,
}: Asked<Holder>): Answering => {
  if (request.method !== "GET") throw unsupported("The list of tags takes GET.");
  const last = query.get("last");
  const after = (await parts.rules.tags(repository)).filter((tag) => last === null || tag > last);
  const count = numberOf(query.get("n"));
  const page = after.slice(0, count);
  const end = page.at(-1);
  if (page.length < after.length && end !== undefined) {
    const next = new URLSearchParams({ n: String(count), last: end });
    reply.header("link", `</v2/${shown}/tags/list?${next}>; rel="next"`);
  }
  return reply.send({ name: shown, tags: page });
};

const numberOf = (text: string | null): number | undefined => {
  if (text === null) return undefined;
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new DoorError(400, "PAGINATION_NUMBER_INVALID", `n is "${text}", and must be a whole number`);
};

/** What refers to a manifest, as an index of its own; `?artifactType=` leaves one kind. */
export const answerReferrers = async <Holder>(
  { parts, request, reply, repository, query }: Asked<Holder>,
  digest: string,
): Answering => {
  if (request.method !== "GET") throw unsupported("The list of referrers takes GET.");
  if (!isDigest(digest)) throw digestInvalid(digest);
  const wanted = query.get("artifactType");
  const all = await parts.rules.referrers(repository, digest);
  if (wanted !== null) reply.header("oci-filters-applied", "artifactType");
  const index = {
    schemaVersion: 2,
    mediaType: INDEX,
    manifests: wanted === null ? all : all.filter(({ artifactType }) => artifactType === wanted),
  };
  // As bytes: to a text a charset would be added, and clients take that media type for none they know.
  return reply.type(INDEX).send(Buffer.from(JSON.stringify(index)));
};
