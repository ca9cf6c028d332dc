import { Readable } from "node:stream";
import { type Ask, type Question, unexpected } from "./ask.ts";
import { type RepositoryRef, repositoryPath } from "./repository-path.ts";
import { askWhileTorn } from "./torn-links.ts";

/** Bytes of a blob on their way, to be read to their end or destroyed: all of them (200), a part (206), or none, as there is no such part (416). */
export interface BlobReading {
  readonly status: 200 | 206 | 416;
  readonly length: number;
  /** Of a part: `bytes 0-99/1000`. */
  readonly contentRange?: string;
  readonly bytes: Readable;
}

/** Blobs by digest, each in the repositories that hold it. Both throw RegistryUnavailableError. */
export interface Blobs {
  /** In bytes; `undefined`: the repository holds no such blob. */
  size(repository: RepositoryRef, digest: string): Promise<number | undefined>;
  /** `range` as HTTP has it: `bytes=0-99`. */
  read(repository: RepositoryRef, digest: string, range?: string): Promise<BlobReading | undefined>;
}

/** Blobs of a registry on the other side of `ask`. */
export const blobs = (ask: Ask): Blobs => {
  const pathOf = (repository: RepositoryRef, digest: string) => `/v2/${repositoryPath(repository)}/blobs/${digest}`;
  return {
    async size(repository, digest) {
      const question: Question = { method: "HEAD", path: pathOf(repository, digest) };
      const answer = await askWhileTorn(
        () => ask.whole(question),
        ({ status }) => status === 500,
      );
      if (answer.status === 200) return Number(answer.headers["content-length"]);
      if (answer.status === 404) return undefined;
      throw unexpected(question, answer);
    },
    async read(repository, digest, range) {
      const headers = range === undefined ? {} : { range };
      const question: Question = { method: "GET", path: pathOf(repository, digest), headers };
      const answer = await askWhileTorn(
        () => ask.stream(question),
        (torn) => {
          if (torn.statusCode === 500) torn.resume();
          return torn.statusCode === 500;
        },
      );
      const { statusCode: status = 0 } = answer;
      const contentRange = answer.headers["content-range"];
      if (status === 200 || status === 206) {
        const length = Number(answer.headers["content-length"]);
        return { status, length, ...(contentRange !== undefined && { contentRange }), bytes: answer };
      }
      if (status === 416) {
        // It announces a longer body than it sends, so that is not waited for.
        answer.destroy();
        return { status, length: 0, contentRange: contentRange ?? "", bytes: Readable.from([]) };
      }
      answer.resume();
      if (status === 404) return undefined;
      throw unexpected(question, { status, headers: answer.headers, body: Buffer.alloc(0) });
    },
  };
};
