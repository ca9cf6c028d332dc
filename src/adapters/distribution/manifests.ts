import { type Answer, type Ask, codeOf, type Question, unexpected } from "./ask.ts";
import { type RepositoryRef, repositoryPath } from "./repository-path.ts";
import { askWhileTorn } from "./torn-links.ts";

/** A manifest as it was pushed, byte for byte. */
export interface KeptManifest {
  readonly mediaType: string;
  readonly bytes: Buffer;
}

/** What comes of putting a manifest: on disk, or refused for what is missing or wrong. */
export type ManifestPut =
  | { readonly type: "kept" }
  /** Blobs or manifests it names that the repository does not hold. */
  | { readonly type: "missing"; readonly digests: readonly string[] }
  | { readonly type: "invalid"; readonly why: string };

/** Manifests by digest. All throw RegistryUnavailableError. */
export interface Manifests {
  put(repository: RepositoryRef, digest: string, mediaType: string, bytes: Buffer): Promise<ManifestPut>;
  get(repository: RepositoryRef, digest: string): Promise<KeptManifest | undefined>;
  /** Gone already is success. */
  remove(repository: RepositoryRef, digest: string): Promise<void>;
}

// Without a list Distribution would turn a manifest into the oldest kind it knows.
const ACCEPT = [
  "application/vnd.docker.distribution.manifest.v2+json",
  "application/vnd.docker.distribution.manifest.list.v2+json",
  "application/vnd.oci.image.manifest.v1+json",
  "application/vnd.oci.image.index.v1+json",
].join(", ");

/** Manifests of a registry on the other side of `ask`. */
export const manifests = (ask: Ask): Manifests => {
  const pathOf = (repository: RepositoryRef, digest: string) => `/v2/${repositoryPath(repository)}/manifests/${digest}`;
  return {
    async put(repository, digest, mediaType, bytes) {
      const question: Question = {
        method: "PUT",
        path: pathOf(repository, digest),
        headers: { "content-type": mediaType },
        body: bytes,
      };
      const answer = await askWhileTorn(() => ask.whole(question), isTorn);
      if (answer.status === 201) return { type: "kept" };
      const code = codeOf(answer);
      if (code === "MANIFEST_BLOB_UNKNOWN" || code === "MANIFEST_UNKNOWN")
        return { type: "missing", digests: digestsIn(answer.body.toString()) };
      if (code === "MANIFEST_INVALID" || code === "DIGEST_INVALID")
        return { type: "invalid", why: answer.body.toString() };
      throw unexpected(question, answer);
    },
    async get(repository, digest) {
      const question: Question = { method: "GET", path: pathOf(repository, digest), headers: { accept: ACCEPT } };
      const answer = await ask.whole(question);
      if (answer.status === 404) return undefined;
      if (answer.status !== 200) throw unexpected(question, answer);
      return { mediaType: answer.headers["content-type"] ?? "", bytes: answer.body };
    },
    async remove(repository, digest) {
      const question: Question = { method: "DELETE", path: pathOf(repository, digest) };
      const answer = await ask.whole(question);
      if (answer.status !== 202 && answer.status !== 404) throw unexpected(question, answer);
    },
  };
};

/** A layer is both unknown and of no digest: its link was read while it was written. */
const isTorn = ({ status, body }: Answer): boolean =>
  status === 400 && /"DIGEST_INVALID".*"MANIFEST_BLOB_UNKNOWN"/.test(body.toString());

const digestsIn = (body: string): string[] => [...new Set(body.match(/sha256:[0-9a-f]{64}/g) ?? [])];
