import type { Static, TObject, TSchema } from "typebox";
import type { Caller } from "./operation.ts";
import type { Method } from "./rest-route.ts";

/** One server-sent event; `id` is where a reader resumes. */
export interface ServerEvent {
  readonly id?: string;
  readonly event?: string;
  readonly data: unknown;
}

/** What a handler of ours is given: everything already checked against its schemas. */
export interface OwnCall<
  Params extends TSchema = TSchema,
  Query extends TSchema = TSchema,
  Body extends TSchema = TSchema,
> {
  readonly params: Static<Params>;
  readonly query: Static<Query>;
  readonly body: Static<Body>;
  readonly caller: Caller;
  /** Aborts when the client has gone or the server closes. */
  readonly signal: AbortSignal;
  /** Where a reader of events left off. */
  readonly lastEventId: string | undefined;
}

/** A conversation in messages, both ways. */
export interface OwnSocket {
  /** What the client sends; ends when it has gone. */
  readonly received: AsyncIterable<Uint8Array>;
  /** Resolves when more may be sent; rejects when the client has gone. */
  send(message: Uint8Array): Promise<void>;
}

interface Asked<Params extends TSchema, Query extends TSchema, Body extends TSchema> {
  /** Unique, it is OpenAPI's operationId: `AddHost`. */
  readonly name: string;
  readonly summary: string;
  readonly method: Method;
  /** Below /api: `/hosts/{id}`. */
  readonly path: string;
  readonly params?: Params;
  readonly query?: Query;
  readonly body?: Body;
}

type Answered<Call> =
  | {
      readonly answer: "json";
      readonly status: number;
      /** Absent where nothing is answered but the status. */
      readonly output?: TSchema;
      handle(call: Call): Promise<unknown>;
    }
  /** One JSON value a line (application/x-ndjson), as they come. */
  | { readonly answer: "lines"; readonly output: TSchema; handle(call: Call): Promise<AsyncIterable<unknown>> }
  /** Server-sent events; `output` is the schema of their data. */
  | { readonly answer: "events"; readonly output: TSchema; handle(call: Call): Promise<AsyncIterable<ServerEvent>> }
  /** A WebSocket, on GET. What is answered is held once the client is connected, and closes with it. */
  | {
      readonly answer: "socket";
      readonly output?: undefined;
      handle(call: Call): Promise<(socket: OwnSocket) => Promise<void>>;
    };

/** An operation that is Berth's own and not AWS's: the routes of /api and its OpenAPI page are loops over these. */
export type OwnOperation = Asked<TSchema, TSchema, TSchema> & Answered<never>;

/** Types an operation's handler by its schemas. */
export const ownOperation = <
  Params extends TSchema = TObject,
  Query extends TSchema = TObject,
  Body extends TSchema = TObject,
>(
  operation: Asked<Params, Query, Body> & Answered<OwnCall<Params, Query, Body>>,
): OwnOperation => operation;
