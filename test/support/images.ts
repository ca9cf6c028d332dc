import { createHash } from "node:crypto";
import type { ImageRecord } from "../../src/ecr/model/image.ts";
import type { RepositoryRecord, RepositoryRef } from "../../src/ecr/model/repository.ts";

export const APP: RepositoryRef = { account: "000000000000", region: "us-east-1", name: "app" };

export const digestOf = (text: string | Buffer): string => `sha256:${createHash("sha256").update(text).digest("hex")}`;

export const aRepository = (members: Partial<RepositoryRecord> = {}): RepositoryRecord => ({
  ...APP,
  createdAt: 1_700_000_000_000,
  mutability: "MUTABLE",
  exclusions: [],
  tags: {},
  ...members,
});

/** An image whose digest is made of its name. */
export const anImage = (name: string, members: Partial<ImageRecord> = {}): ImageRecord => ({
  digest: digestOf(name),
  mediaType: "application/vnd.docker.distribution.manifest.v2+json",
  sizeInBytes: 1000,
  manifestBytes: 500,
  blobs: [digestOf(`${name}'s layer`)],
  children: [],
  pushedAt: 1_700_000_000_000,
  ...members,
});
