import { createHash } from "node:crypto";
import { InvalidParameterException } from "./errors.ts";
import type { ImageRecord } from "./image.ts";

/** An image of one platform, or any artifact that is made like one. */
const IMAGE_MEDIA_TYPES: readonly string[] = [
  "application/vnd.docker.distribution.manifest.v2+json",
  "application/vnd.oci.image.manifest.v1+json",
];

/** A list of images, one for each platform. */
export const INDEX_MEDIA_TYPES: readonly string[] = [
  "application/vnd.docker.distribution.manifest.list.v2+json",
  "application/vnd.oci.image.index.v1+json",
];

interface Descriptor {
  readonly digest: string;
  readonly size: number;
  readonly mediaType?: string;
}

/** What a manifest says of itself; of an index the size is still to be found with its images. */
export type Manifest = Omit<ImageRecord, "pushedAt"> & {
  /** The config's digest; absent of an index. */
  readonly config?: string;
};

export const digestOfBytes = (bytes: Buffer): string => `sha256:${createHash("sha256").update(bytes).digest("hex")}`;

/** The media type a manifest names itself; `undefined` where it names none. */
export const ownMediaType = (bytes: Buffer): string | undefined => {
  const { mediaType } = parsed(bytes);
  return typeof mediaType === "string" ? mediaType : undefined;
};

/** Reads a manifest as it was pushed. Throws InvalidParameterException where it is none, or of a kind that ECR does not take. */
export const readManifest = (bytes: Buffer, mediaType: string): Manifest => {
  const manifest = parsed(bytes);
  const { annotations, artifactType } = manifest;
  const subject = manifest.subject === undefined ? undefined : descriptor(manifest.subject, "subject");
  const about = {
    digest: digestOfBytes(bytes),
    mediaType,
    manifestBytes: bytes.length,
    ...(subject && { subject: subject.digest }),
    ...(isTexts(annotations) && { annotations }),
  };
  if (manifest.mediaType !== undefined && manifest.mediaType !== mediaType)
    throw invalid(`it is sent as ${mediaType}, and says that it is ${String(manifest.mediaType)}`);
  if (INDEX_MEDIA_TYPES.includes(mediaType)) {
    const children = descriptors(manifest.manifests, "manifests").map(({ digest }) => digest);
    const kind = typeof artifactType === "string" && { artifactMediaType: artifactType };
    return { ...about, ...kind, sizeInBytes: 0, blobs: [], children: [...new Set(children)] };
  }
  if (!IMAGE_MEDIA_TYPES.includes(mediaType)) throw invalid(`its media type ${mediaType} is not supported`);
  const config = descriptor(manifest.config, "config");
  const layers = descriptors(manifest.layers, "layers");
  const artifactMediaType = typeof artifactType === "string" ? artifactType : config.mediaType;
  return {
    ...about,
    ...(artifactMediaType !== undefined && { artifactMediaType }),
    config: config.digest,
    sizeInBytes: [config, ...layers].reduce((total, { size }) => total + size, 0),
    blobs: [...new Set([config, ...layers].map(({ digest }) => digest))],
    children: [],
  };
};

const invalid = (why: string): InvalidParameterException =>
  new InvalidParameterException(
    `Invalid parameter at 'ImageManifest' failed to satisfy constraint: 'Invalid image manifest provided: ${why}'`,
  );

const parsed = (bytes: Buffer): Readonly<Record<string, unknown>> => {
  try {
    const value: unknown = JSON.parse(bytes.toString());
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  } catch {
    // Falls through: it is no JSON.
  }
  throw invalid("it is no JSON object");
};

const descriptors = (value: unknown, member: string): Descriptor[] => {
  if (!Array.isArray(value)) throw invalid(`${member} is no list`);
  return value.map((one, index) => descriptor(one, `${member}[${index}]`));
};

const descriptor = (value: unknown, member: string): Descriptor => {
  const { digest, size, mediaType } = (value ?? {}) as Record<string, unknown>;
  if (typeof digest !== "string" || !/^sha256:[0-9a-f]{64}$/.test(digest))
    throw invalid(`${member} has no sha256 digest`);
  if (typeof size !== "number" || !Number.isSafeInteger(size) || size < 0) throw invalid(`${member} has no size`);
  return { digest, size, ...(typeof mediaType === "string" && { mediaType }) };
};

const isTexts = (value: unknown): value is Readonly<Record<string, string>> =>
  typeof value === "object" &&
  value !== null &&
  !Array.isArray(value) &&
  Object.values(value).every((one) => typeof one === "string");
