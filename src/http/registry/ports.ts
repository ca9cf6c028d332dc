import type { Readable, Writable } from "node:stream";

/** A repository of one account in one region. */
export interface RepositoryRef {
  readonly account: string;
  readonly region: string;
  readonly name: string;
}

/** What somebody wants with a repository. */
export type Access = "pull" | "push" | "list" | "delete";

/** An upload under way, as the last answer left it. */
export interface Upload {
  readonly id: string;
  /** How many bytes are on disk. */
  readonly offset: number;
  /** What goes on with it; no business of the door's. */
  readonly state: string;
}

type UploadKey = Pick<Upload, "id" | "state">;

/** Bytes of a blob on their way, to be read to their end or destroyed: all of them (200), a part (206), or none, as there is no such part (416). */
export interface BlobReading {
  readonly status: 200 | 206 | 416;
  readonly length: number;
  /** Of a part: `bytes 0-99/1000`. */
  readonly contentRange?: string;
  readonly bytes: Readable;
}

/** What goes before a blob's bytes. */
export type BlobHead = Pick<BlobReading, "length" | "contentRange"> & { readonly status: 200 | 206 };

/** What comes of putting a manifest: on disk, or refused for what is missing or wrong. */
export type ManifestPut =
  | { readonly type: "kept" }
  | { readonly type: "missing"; readonly digests: readonly string[] }
  | { readonly type: "invalid"; readonly why: string };

/** Where blobs and manifests are kept, by digest and repository. All throw RegistryUnavailableError where it does not answer. */
export interface Shelf {
  readonly blobs: {
    /** In bytes; `undefined`: the repository holds no such blob. */
    size(repository: RepositoryRef, digest: string): Promise<number | undefined>;
    read(repository: RepositoryRef, digest: string, range?: string): Promise<BlobReading | undefined>;
    /**
     * Writes a blob's bytes to what `open` answers, the fast way: `false` where there are none to send, and nothing was opened. Rejects where either
     * side breaks off. Absent where there is no such way; `read` then serves.
     */
    send?(
      repository: RepositoryRef,
      digest: string,
      range: string | undefined,
      open: (head: BlobHead) => Writable,
    ): Promise<boolean>;
  };
  /** `undefined`: there is no such upload (any more). */
  readonly uploads: {
    begin(repository: RepositoryRef): Promise<Upload>;
    status(repository: RepositoryRef, upload: UploadKey): Promise<Upload | undefined>;
    /** Appends what the stream brings, to its end. */
    append(repository: RepositoryRef, upload: UploadKey, bytes: Readable): Promise<Upload | undefined>;
    finish(
      repository: RepositoryRef,
      upload: UploadKey,
      digest: string,
    ): Promise<"done" | "digest-invalid" | "unknown-upload">;
    cancel(repository: RepositoryRef, upload: UploadKey): Promise<boolean>;
    /** `false` where the other repository has no such blob. */
    mount(repository: RepositoryRef, from: RepositoryRef, digest: string): Promise<boolean>;
  };
  readonly manifests: {
    put(repository: RepositoryRef, digest: string, mediaType: string, bytes: Buffer): Promise<ManifestPut>;
    get(repository: RepositoryRef, digest: string): Promise<{ mediaType: string; bytes: Buffer } | undefined>;
  };
}

/** A manifest about to be named. */
export interface PushedManifest {
  readonly digest: string;
  readonly mediaType: string;
  readonly bytes: Buffer;
  /** Absent where it is pushed by digest. */
  readonly tag?: string;
}

/** A manifest as an index of referrers lists it. */
export interface Descriptor {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
  readonly artifactType?: string;
  readonly annotations?: Readonly<Record<string, string>>;
}

/**
 * Names, tags and who may do what. All but `holderOf` throw an ApiError in AWS's words, which the door says as a registry does: see
 * error-answer.ts for the codes.
 */
export interface Rules<Holder> {
  /** Whom the token was given to; `undefined`: it has expired, was tampered with, or is none of Berth's. */
  holderOf(token: string): Holder | undefined;
  /** `false`: the token is another account's or another region's. Throws where the repository is missing or may not be used so. */
  allow(holder: Holder, repository: RepositoryRef, access: Access): Promise<boolean>;
  /** The digest a tag names, or the digest itself where the repository has that image; `undefined` where it has not. */
  resolve(repository: RepositoryRef, reference: string): Promise<string | undefined>;
  /** Throws where the manifest may not be named so, or what it refers to is missing; nothing is changed. */
  check(repository: RepositoryRef, manifest: PushedManifest): Promise<void>;
  /** The one move that makes it an image of the repository, checked again inside. Tells what it refers to as its subject. */
  push(repository: RepositoryRef, manifest: PushedManifest): Promise<{ readonly subject?: string }>;
  /** An image was pulled. */
  pulled(repository: RepositoryRef, digest: string): Promise<void>;
  /** Takes the tag off, or by digest the image with all its tags. `false`: there is none. */
  remove(repository: RepositoryRef, reference: string): Promise<boolean>;
  /** In lexical order. */
  tags(repository: RepositoryRef): Promise<readonly string[]>;
  referrers(repository: RepositoryRef, digest: string): Promise<readonly Descriptor[]>;
  /** Resolves once bytes may be written: while space is being freed they wait. Call what it answers when they are. */
  hold(): Promise<() => void>;
}
