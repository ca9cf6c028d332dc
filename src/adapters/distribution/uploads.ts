import type { Readable } from "node:stream";
import { type Answer, type Ask, codeOf, type Question, unexpected } from "./ask.ts";
import { type RepositoryRef, repositoryPath } from "./repository-path.ts";

/** An upload under way, as the last answer left it. */
export interface Upload {
  readonly id: string;
  /** How many bytes are on disk. */
  readonly offset: number;
  /** What Distribution wants to see again to go on. */
  readonly state: string;
}

export type UploadEnd = "done" | "digest-invalid" | "unknown-upload";

/** Uploads of blobs. All throw RegistryUnavailableError; `undefined` means that there is no such upload (any more). */
export interface BlobUploads {
  begin(repository: RepositoryRef): Promise<Upload>;
  /** Where it stands. */
  status(repository: RepositoryRef, upload: Pick<Upload, "id" | "state">): Promise<Upload | undefined>;
  /** Appends what the stream brings, to its end. */
  append(
    repository: RepositoryRef,
    upload: Pick<Upload, "id" | "state">,
    bytes: Readable | Buffer,
  ): Promise<Upload | undefined>;
  /** The blob is on disk under its digest, or it was not what the digest says and is discarded. */
  finish(repository: RepositoryRef, upload: Pick<Upload, "id" | "state">, digest: string): Promise<UploadEnd>;
  cancel(repository: RepositoryRef, upload: Pick<Upload, "id" | "state">): Promise<boolean>;
  /** Makes a blob of another repository one of this one too; `false` where the other has no such blob. */
  mount(repository: RepositoryRef, from: RepositoryRef, digest: string): Promise<boolean>;
}

const OCTETS = { "content-type": "application/octet-stream" };

/** Uploads through a registry on the other side of `ask`. */
export const blobUploads = (ask: Ask): BlobUploads => {
  const pathOf = (repository: RepositoryRef, { id, state }: Pick<Upload, "id" | "state">): string =>
    `/v2/${repositoryPath(repository)}/blobs/uploads/${encodeURIComponent(id)}?_state=${encodeURIComponent(state)}`;
  const askAbout = async (question: Question, good: number): Promise<Upload | undefined> => {
    const answer = await ask.whole(question);
    if (answer.status === good) return uploadOf(answer);
    if (isUnknownUpload(answer)) return undefined;
    throw unexpected(question, answer);
  };
  return {
    async begin(repository) {
      const question: Question = { method: "POST", path: `/v2/${repositoryPath(repository)}/blobs/uploads/` };
      const answer = await ask.whole(question);
      if (answer.status !== 202) throw unexpected(question, answer);
      return uploadOf(answer);
    },
    status: (repository, upload) => askAbout({ method: "GET", path: pathOf(repository, upload) }, 204),
    append: (repository, upload, body) =>
      askAbout({ method: "PATCH", path: pathOf(repository, upload), headers: OCTETS, body }, 202),
    async finish(repository, upload, digest) {
      const path = `${pathOf(repository, upload)}&digest=${encodeURIComponent(digest)}`;
      const question: Question = { method: "PUT", path, headers: OCTETS };
      const answer = await ask.whole(question);
      if (answer.status === 201) return "done";
      if (isUnknownUpload(answer)) return "unknown-upload";
      if (codeOf(answer) === "DIGEST_INVALID") return "digest-invalid";
      throw unexpected(question, answer);
    },
    async cancel(repository, upload) {
      const question: Question = { method: "DELETE", path: pathOf(repository, upload) };
      const answer = await ask.whole(question);
      if (answer.status === 204) return true;
      if (isUnknownUpload(answer)) return false;
      throw unexpected(question, answer);
    },
    async mount(repository, from, digest) {
      const query = new URLSearchParams({ mount: digest, from: repositoryPath(from) });
      const path = `/v2/${repositoryPath(repository)}/blobs/uploads/`;
      const question: Question = { method: "POST", path: `${path}?${query}` };
      const answer = await ask.whole(question);
      if (answer.status === 201) return true;
      if (answer.status !== 202) throw unexpected(question, answer);
      // It has begun an upload instead, which nobody asked for.
      await ask.whole({ method: "DELETE", path: pathOf(repository, uploadOf(answer)) });
      return false;
    },
  };
};

const isUnknownUpload = (answer: Answer): boolean =>
  answer.status === 404 && ["BLOB_UPLOAD_UNKNOWN", "BLOB_UPLOAD_INVALID"].includes(codeOf(answer) ?? "");

/** Distribution's own note of the upload: 32 bytes of signature, then JSON with the offset. The Range header cannot tell 0 bytes from 1. */
const uploadOf = ({ headers }: Answer): Upload => {
  const state = new URL(headers.location ?? "", "http://registry").searchParams.get("_state") ?? "";
  const { Offset, UUID } = JSON.parse(Buffer.from(state, "base64url").subarray(32).toString()) as {
    Offset: number;
    UUID: string;
  };
  return { id: UUID, offset: Offset, state };
};
