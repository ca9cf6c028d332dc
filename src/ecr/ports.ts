import type { Readable, Writable } from "node:stream";
import type * as ecr from "@aws-sdk/client-ecr";
import type { Clock } from "../kernel/clock.ts";
import type { Log } from "../kernel/log.ts";
import type { OperationName, Operations } from "../kernel/operation.ts";
import type { RecordStore } from "../kernel/records.ts";
import type { Scope } from "../kernel/scope.ts";
import type { Timers } from "../kernel/timers.ts";
import type { WorkQueue } from "../kernel/work-queue.ts";
import type { LayerUpload, LifecyclePreview } from "./model/documents.ts";
import type { Image, ImageId, ImageRecord, PutOutcome, RemoveOutcome } from "./model/image.ts";
import type { TokenHolder } from "./model/registry-token.ts";
import type { RepositoryRecord, RepositoryRef } from "./model/repository.ts";

export type { LayerUpload, LifecyclePreview } from "./model/documents.ts";
export type { RepositoryRecord, RepositoryRef } from "./model/repository.ts";

/** Handlers of ECR operations, typed by the SDK. */
export type EcrOperations<Names extends OperationName<typeof ecr>> = Operations<typeof ecr, Names>;

/** A pushed manifest, about to become an image. */
export interface ImagePut {
  readonly repository: RepositoryRef;
  /** The version of the repository's record by which `isImmutable` was decided: another one now is `stale`. */
  readonly version: number;
  readonly image: ImageRecord;
  readonly tag?: string;
  /** Whether the tag may not leave the image that has it. */
  readonly isImmutable: boolean;
}

/** Names, tags and referrers of every repository. Each change is one move with its entries on the feed: `image pushed`, `image deleted`. */
export interface ImageStore {
  /** Notes that a manifest is about to be kept: one that never becomes an image is collected. No entry on the feed. */
  announce(repository: RepositoryRef, digest: string): Promise<void>;
  put(put: ImagePut): Promise<PutOutcome>;
  /**
   * By tag alone only the tag goes, and the image with its last one; by digest the image with all its tags. Given `onlyWith`, an image whose tags
   * are others by now stays.
   */
  remove(repository: RepositoryRef, id: ImageId, at: number, onlyWith?: readonly string[]): Promise<RemoveOutcome>;
  /** The digest of that tag, or the digest itself where the repository has it. */
  resolve(repository: RepositoryRef, reference: string): Promise<string | undefined>;
  /** All images of a repository, in no order. */
  list(repository: RepositoryRef): Promise<Image[]>;
  /** All tags, in lexical order. */
  tags(repository: RepositoryRef): Promise<string[]>;
  /** Images whose subject is that digest, whether or not it is there. */
  referrers(repository: RepositoryRef, digest: string): Promise<ImageRecord[]>;
  /** `false`: there is no such image. */
  recordPull(repository: RepositoryRef, digest: string, at: number): Promise<boolean>;
  /** Removes the repository's record and, if `force`, its images. */
  removeRepository(
    repository: RepositoryRef,
    force: boolean,
    at: number,
  ): Promise<"removed" | "not-found" | "not-empty">;
}

/** A manifest or blob in a repository's part of the blob store. */
export interface Stowed {
  readonly repository: RepositoryRef;
  readonly digest: string;
}

/** What a collection has to know: which manifests no image stands for, and which blobs may be part of a push under way. */
export interface CollectionStore {
  /** Manifests announced or deleted and of no image now. */
  doomed(): Promise<Stowed[]>;
  /** The manifest is gone from the blob store. */
  forgetDoomed(one: Stowed): Promise<void>;
  /** A blob was uploaded, mounted or found there by somebody about to push: it stays for a while though no image names it. */
  touch(one: Stowed, at: number): Promise<void>;
  /** Blobs touched, with the last time. */
  touched(): Promise<(Stowed & { readonly at: number })[]>;
  /** Forgets those last touched before. */
  forgetTouched(before: number): Promise<void>;
}

/** Uploads and manifests on their way are counted, with an expiry that is renewed: a collection waits for them and keeps new ones waiting. */
export interface UploadHolds {
  /** `false`: a collection is under way. Renews where the id holds already, also during one. */
  take(id: string, now: number, expiresAt: number): Promise<boolean>;
  release(id: string): Promise<void>;
  /** Keeps new ones out until `expiresAt`; `false`: another collection does. Renews its own. */
  close(collection: string, now: number, expiresAt: number): Promise<boolean>;
  reopen(collection: string): Promise<void>;
  /** How many hold now. */
  held(now: number): Promise<number>;
}

/** An upload under way, as the last answer left it. */
export interface Upload {
  readonly id: string;
  /** How many bytes are on disk. */
  readonly offset: number;
  readonly state: string;
}

type UploadKey = Pick<Upload, "id" | "state">;

/** Bytes of a blob on their way. */
export interface BlobReading {
  readonly status: 200 | 206 | 416;
  readonly length: number;
  readonly contentRange?: string;
  readonly bytes: Readable;
}

/** What comes of putting a manifest: on disk, or refused for what is missing or wrong. */
export type ManifestPut =
  | { readonly type: "kept" }
  | { readonly type: "missing"; readonly digests: readonly string[] }
  | { readonly type: "invalid"; readonly why: string };

/** Where blobs and manifests are kept, by digest and repository: Distribution. `undefined` means that there is none such. */
export interface BlobStore {
  readonly blobs: {
    /** In bytes. */
    size(repository: RepositoryRef, digest: string): Promise<number | undefined>;
    read(repository: RepositoryRef, digest: string, range?: string): Promise<BlobReading | undefined>;
    /** The fast way to pass a blob on, where there is one; see http/registry/ports.ts. */
    send?(
      repository: RepositoryRef,
      digest: string,
      range: string | undefined,
      open: (head: Pick<BlobReading, "length" | "contentRange"> & { readonly status: 200 | 206 }) => Writable,
    ): Promise<boolean>;
  };
  readonly uploads: {
    begin(repository: RepositoryRef): Promise<Upload>;
    status(repository: RepositoryRef, upload: UploadKey): Promise<Upload | undefined>;
    append(repository: RepositoryRef, upload: UploadKey, bytes: Readable | Buffer): Promise<Upload | undefined>;
    finish(
      repository: RepositoryRef,
      upload: UploadKey,
      digest: string,
    ): Promise<"done" | "digest-invalid" | "unknown-upload">;
    cancel(repository: RepositoryRef, upload: UploadKey): Promise<boolean>;
    mount(repository: RepositoryRef, from: RepositoryRef, digest: string): Promise<boolean>;
  };
  readonly manifests: {
    put(repository: RepositoryRef, digest: string, mediaType: string, bytes: Buffer): Promise<ManifestPut>;
    get(repository: RepositoryRef, digest: string): Promise<{ mediaType: string; bytes: Buffer } | undefined>;
    /** Gone already is success. */
    remove(repository: RepositoryRef, digest: string): Promise<void>;
  };
  /** Frees what no manifest names. Nothing may be written meanwhile. */
  collect(): Promise<void>;
}

/** What a collection came to. */
export interface Collected {
  /** Manifests that no image stood for. */
  readonly manifests: number;
  /** Blobs that are gone, and their bytes. */
  readonly blobs: number;
  readonly bytes: number;
  /** How long it waited for uploads under way to end, and for how long new ones were kept waiting in all. */
  readonly waitedMs: number;
  readonly heldMs: number;
}

/** All that the wing needs of the outside. */
export interface EcrDeps {
  readonly repositories: RecordStore<RepositoryRecord>;
  readonly previews: RecordStore<LifecyclePreview>;
  readonly layerUploads: RecordStore<LayerUpload>;
  readonly images: ImageStore;
  readonly collection: CollectionStore;
  readonly holds: UploadHolds;
  readonly store: BlobStore;
  /** On it the wing's own wake-ups travel. */
  readonly queue: WorkQueue;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly newId: () => string;
  readonly log: Log;
  /** Signs tokens. */
  readonly secret: string;
  /** Where the registry listens for this machine: `localhost:4510`. */
  readonly host: string;
  /** The account and region of names that say none. */
  readonly defaults: Scope;
  /** Whether a push makes the repository it names. */
  readonly createOnPush: boolean;
  readonly onCollected: (figures: Collected) => void;
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

/** What somebody wants with a repository at the registry's door. */
export type RegistryAccess = "pull" | "push" | "list" | "delete";

/** What the registry's door asks of this wing. All but `holderOf` throw ECR's errors. */
export interface RegistryRules {
  /** `undefined`: the token has expired, was tampered with, or is none of Berth's. */
  holderOf(token: string): TokenHolder | undefined;
  /** `false`: the token is another account's or another region's. Throws where the repository is missing or may not be used so. */
  allow(holder: TokenHolder, repository: RepositoryRef, access: RegistryAccess): Promise<boolean>;
  /** The digest a tag names, or the digest itself where the repository has that image. */
  resolve(repository: RepositoryRef, reference: string): Promise<string | undefined>;
  /** Throws where the manifest may not be named so; it then may be kept, and `push` must follow. */
  check(repository: RepositoryRef, manifest: PushedManifest): Promise<void>;
  /** The one move that makes it an image. Tells what it refers to as its subject. */
  push(repository: RepositoryRef, manifest: PushedManifest): Promise<{ readonly subject?: string }>;
  pulled(repository: RepositoryRef, digest: string): Promise<void>;
  /** Takes the tag off, or by digest the image with all its tags. `false`: there is none. */
  remove(repository: RepositoryRef, reference: string): Promise<boolean>;
  tags(repository: RepositoryRef): Promise<readonly string[]>;
  referrers(repository: RepositoryRef, digest: string): Promise<readonly Descriptor[]>;
  /** Resolves once bytes may be written. Call what it answers when they are. */
  hold(): Promise<() => void>;
}
