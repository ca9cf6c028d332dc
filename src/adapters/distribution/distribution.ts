import type { Writable } from "node:stream";
import { askOver } from "./ask.ts";
import { type Blobs, blobs } from "./blobs.ts";
import { collectGarbage, type RegistryProgram } from "./collect.ts";
import { type Manifests, manifests } from "./manifests.ts";
import { type RepositoryRef, repositoryPath } from "./repository-path.ts";
import { type BlobHead, sendBlob } from "./send-blob.ts";
import { type BlobUploads, blobUploads } from "./uploads.ts";

/** The private Distribution registry: blobs and manifests by digest. Tags, names and who may do what are Berth's own. */
export interface Distribution {
  readonly blobs: Blobs & {
    /** See sendBlob. */
    send(
      repository: RepositoryRef,
      digest: string,
      range: string | undefined,
      open: (head: BlobHead) => Writable,
    ): Promise<boolean>;
  };
  readonly uploads: BlobUploads;
  readonly manifests: Manifests;
  /** A sign of life; throws RegistryUnavailableError when none comes within two seconds. */
  ping(): Promise<void>;
  /** See collectGarbage; throws an Error where Distribution's program is not on this machine. */
  collect(): Promise<void>;
  close(): void;
}

const PING_WITHIN_MS = 2_000;

/** Distribution behind a Unix socket; connects when it is first asked. `program` is absent where another machine or container runs it. */
export const distribution = (socketPath: string, program?: RegistryProgram): Distribution => {
  const ask = askOver(socketPath);
  const askBriefly = askOver(socketPath, PING_WITHIN_MS);
  return {
    blobs: {
      ...blobs(ask),
      send: (repository, digest, range, open) =>
        sendBlob(socketPath, `/v2/${repositoryPath(repository)}/blobs/${digest}`, range, open),
    },
    uploads: blobUploads(ask),
    manifests: manifests(ask),
    async ping() {
      await askBriefly.whole({ method: "GET", path: "/v2/" });
    },
    async collect() {
      if (!program)
        throw new Error(
          "space can only be freed where Distribution's program runs on this machine; it was not set up here",
        );
      await collectGarbage(program);
    },
    close() {
      ask.close();
      askBriefly.close();
    },
  };
};
