import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { EngineUnreachableError } from "../../fleet/ports.ts";
import type { Connection } from "./connection.ts";
import { asEngineFailure } from "./failure.ts";

/** One question of Docker's Engine API. */
export interface Question {
  readonly method: "GET" | "POST" | "DELETE";
  /** Without the query: `/containers/json`. */
  readonly path: string;
  readonly query?: Readonly<Record<string, unknown>>;
  readonly body?: object;
  /** A tar archive sent instead of a body. */
  readonly archive?: NodeJS.ReadableStream;
  /** What the engine shows to a registry. */
  readonly authconfig?: object;
  /** Statuses that are no failure beside 200, 201 and 204. */
  readonly fine?: readonly number[];
  /** How long the answer (of a stream: its headers) may take; the connection's default unless told, `Infinity` for no limit. */
  readonly withinMs?: number;
  readonly signal?: AbortSignal;
}

/** Asks an engine. Both throw EngineUnreachableError and EngineError, or the signal's reason once it aborted. */
export interface Ask {
  /** The answer's JSON; an empty body answers an empty Buffer. */
  answer<Answer>(question: Question): Promise<Answer>;
  /** The answer as it arrives. Ended early only by destroying it or by the signal. */
  stream(question: Question): Promise<IncomingMessage>;
  /** The connection itself, once the engine gave it up to what was asked for. Whoever asks destroys it. */
  upgrade(question: Question): Promise<Duplex>;
}

const GOOD = [200, 201, 204];

type Kind = "answer" | "stream" | "upgrade";

const dial = ({ modem }: Connection, question: Question, kind: Kind, abortSignal: AbortSignal) =>
  new Promise<unknown>((resolve, reject) => {
    const { method, path, query = {}, body = {}, archive, authconfig, fine = [] } = question;
    const statusCodes = Object.fromEntries([...GOOD, ...fine].map((status) => [status, true]));
    const isStream = kind !== "answer";
    const more = { ...(archive && { file: archive }), ...(authconfig && { authconfig }), hijack: kind === "upgrade" };
    const options = { _query: query, _body: body };
    modem.dial({ path: `${path}?`, method, options, statusCodes, isStream, abortSignal, ...more }, (error, answer) =>
      error ? reject(error) : resolve(answer),
    );
  });

/** Questions over a connection. */
export const askOver = (connection: Connection, defaultWithinMs: number): Ask => {
  const put = async (question: Question, kind: Kind): Promise<unknown> => {
    const { signal, withinMs = defaultWithinMs } = question;
    const late = new AbortController();
    const timer = Number.isFinite(withinMs) ? setTimeout(() => late.abort(), withinMs) : undefined;
    try {
      signal?.throwIfAborted();
      return await dial(connection, question, kind, signal ? AbortSignal.any([signal, late.signal]) : late.signal);
    } catch (error) {
      if (signal?.aborted) throw signal.reason;
      if (!late.signal.aborted) throw asEngineFailure(connection.address, error);
      throw new EngineUnreachableError(`${connection.address} did not answer within ${withinMs} ms`, { cause: error });
    } finally {
      clearTimeout(timer);
    }
  };
  return {
    answer: async <Answer>(question: Question) => (await put(question, "answer")) as Answer,
    stream: async (question) => (await put(question, "stream")) as IncomingMessage,
    upgrade: async (question) => (await put(question, "upgrade")) as Duplex,
  };
};
