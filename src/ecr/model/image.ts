/** An image, index or artifact of a repository, as it is recorded when its manifest is pushed. */
export interface ImageRecord {
  readonly digest: string;
  readonly mediaType: string;
  /** The config's media type, or `artifactType` where the manifest names one. */
  readonly artifactMediaType?: string;
  /** Compressed layers and config, in bytes; of an index that of its largest image. */
  readonly sizeInBytes: number;
  /** The manifest itself, in bytes. */
  readonly manifestBytes: number;
  /** Digests of layers and config. */
  readonly blobs: readonly string[];
  /** An index's manifests. */
  readonly children: readonly string[];
  /** What it refers to: a signature's image. */
  readonly subject?: string;
  readonly annotations?: Readonly<Record<string, string>>;
  /** Milliseconds since 1970, as all times. */
  readonly pushedAt: number;
}

/** An image with what changes after its push. */
export interface Image extends ImageRecord {
  /** In lexical order. */
  readonly tags: readonly string[];
  /** When it was last pulled, as far as recorded. */
  readonly pulledAt?: number;
}

/** By digest, by tag, or by both, which then must agree. */
export interface ImageId {
  readonly digest?: string | undefined;
  readonly tag?: string | undefined;
}

/** What comes of recording a pushed manifest. */
export type PutOutcome =
  /** `isNew`: the repository did not have this digest. `untagged`: the image that lost the tag to it. */
  | { readonly type: "put"; readonly isNew: boolean; readonly untagged?: string }
  /** The very image has the very tag already, or is there and no tag was asked for. */
  | { readonly type: "same" }
  /** The tag is immutable and another image has it. */
  | { readonly type: "tag-exists"; readonly digest: string }
  /** An index names a manifest that the repository does not have (any more). */
  | { readonly type: "missing"; readonly digest: string }
  /** The repository was changed or deleted since it was read: look again. */
  | { readonly type: "stale" };

/** What comes of removing an image, or a tag of it. */
export type RemoveOutcome =
  /** `isGone`: the image itself went, and not only a tag of several. */
  | { readonly type: "removed"; readonly digest: string; readonly tags: readonly string[]; readonly isGone: boolean }
  | { readonly type: "not-found" }
  /** Tag and digest are both there, but not of one image. */
  | { readonly type: "mismatch" }
  /** Its tags are not those it was to be removed with. */
  | { readonly type: "changed" }
  /** Indexes of the repository name it. */
  | { readonly type: "referenced"; readonly by: readonly string[] };
