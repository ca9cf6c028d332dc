import { DoorError } from "./errors.ts";
import { isDigest } from "./names.ts";

const IMAGES = ["application/vnd.docker.distribution.manifest.v2+json", "application/vnd.oci.image.manifest.v1+json"];
const INDEXES = [
  "application/vnd.docker.distribution.manifest.list.v2+json",
  "application/vnd.oci.image.index.v1+json",
];

/** Throws MANIFEST_INVALID for what is no manifest of the kind it says: an image, or an index of several. */
export const demandManifest = (mediaType: string, bytes: Buffer): void => {
  if (!IMAGES.includes(mediaType) && !INDEXES.includes(mediaType))
    throw invalid(`Content-Type is "${mediaType}", and must be one of ${[...IMAGES, ...INDEXES].join(", ")}`);
  const manifest = objectIn(bytes.toString());
  if (manifest.schemaVersion !== 2) throw invalid("schemaVersion must be 2");
  if (manifest.mediaType !== undefined && manifest.mediaType !== mediaType)
    throw invalid(`mediaType is not the ${mediaType} of the request`);
  if (manifest.subject !== undefined && !isDescriptor(manifest.subject)) throw invalid("subject must be a descriptor");
  if (INDEXES.includes(mediaType)) demandList(manifest.manifests, "manifests");
  else {
    if (!isDescriptor(manifest.config)) throw invalid("config must be a descriptor");
    demandList(manifest.layers, "layers");
  }
};

const objectIn = (text: string): Record<string, unknown> => {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null) return value as Record<string, unknown>;
  } catch {}
  throw invalid("it is no JSON object");
};

const demandList = (value: unknown, member: string): void => {
  if (!Array.isArray(value) || !value.every(isDescriptor)) throw invalid(`${member} must be a list of descriptors`);
};

const isDescriptor = (value: unknown): boolean => {
  const { digest, size } = (value ?? {}) as { digest?: unknown; size?: unknown };
  return typeof digest === "string" && isDigest(digest) && Number.isSafeInteger(size);
};

const invalid = (why: string): DoorError => new DoorError(400, "MANIFEST_INVALID", `manifest invalid: ${why}`);
