import type { FastifyReply, FastifyRequest } from "fastify";
import type { Failpoints } from "../../kernel/failpoints.ts";
import type { KnownUploads } from "./known-uploads.ts";
import type { RepositoryRef, Rules, Shelf } from "./ports.ts";

/** What the door works with. */
export interface DoorParts<Holder> {
  readonly rules: Rules<Holder>;
  readonly shelf: Shelf;
  readonly uploads: KnownUploads;
  readonly failpoints: Failpoints;
}

/** A request about a repository, of somebody who may ask it. */
export interface Asked<Holder> {
  readonly parts: DoorParts<Holder>;
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  readonly repository: RepositoryRef;
  /** The repository as the path names it: answers name it the same way. */
  readonly shown: string;
  readonly query: URLSearchParams;
  /** A repository to mount from, if the asker may read it. */
  readonly readable: (name: string) => Promise<RepositoryRef | undefined>;
}

/** Answers by the reply; what is returned is the reply itself. */
export type Answering = Promise<FastifyReply>;
