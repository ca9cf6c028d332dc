import { Agent, type IncomingHttpHeaders, type IncomingMessage, type OutgoingHttpHeaders, request } from "node:http";
import type { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { pipeline } from "node:stream/promises";
import { RegistryUnavailableError } from "../../kernel/errors.ts";

/** One question of the registry behind Berth's. */
export interface Question {
  readonly method: "GET" | "HEAD" | "POST" | "PATCH" | "PUT" | "DELETE";
  readonly path: string;
  readonly headers?: OutgoingHttpHeaders;
  /** Bytes are sent as they come, and no faster than they are taken. */
  readonly body?: Buffer | Readable;
}

/** An answer read to its end. */
export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** Asks Distribution. Both throw RegistryUnavailableError where it does not answer or breaks off, and what a streamed body threw. */
export interface Ask {
  whole(question: Question): Promise<Answer>;
  /** The answer as it arrives; to be read to its end or destroyed. */
  stream(question: Question): Promise<IncomingMessage>;
  close(): void;
}

/** How long it may take to answer once it has the whole question: it syncs a layer to disk before it does. */
const ANSWER_WITHIN_MS = 120_000;

/** Questions over its Unix socket. `answerWithinMs` counts from the end of the question. */
export const askOver = (socketPath: string, answerWithinMs = ANSWER_WITHIN_MS): Ask => {
  const agent = new Agent({ keepAlive: true, maxFreeSockets: 16 });

  const stream = async (question: Question): Promise<IncomingMessage> => {
    // A streamed body cannot be sent twice, so it never meets a kept connection that may be stale.
    if (isStreamed(question.body)) return ask(question, false);
    try {
      return await ask(question, agent);
    } catch (error) {
      // A kept connection that Distribution had closed, by a restart for instance: nothing of the question was read. The other kept ones
      // are no better, so the second try has a connection of its own.
      if (!(error instanceof StaleConnectionError)) throw error;
      return ask(question, false);
    }
  };

  const ask = ({ method, path, headers = {}, body }: Question, over: Agent | false): Promise<IncomingMessage> =>
    new Promise((resolve, reject) => {
      const streamed = isStreamed(body) ? body : undefined;
      const length = streamed ? {} : { "content-length": body === undefined ? 0 : (body as Buffer).length };
      const asked = request({
        socketPath,
        method,
        path,
        headers: { host: "registry", ...(method === "GET" || method === "HEAD" ? {} : length), ...headers },
        agent: over,
      });
      let late: NodeJS.Timeout | undefined;
      let isAnswered = false;
      const fail = (error: Error) => {
        clearTimeout(late);
        asked.destroy();
        const isStale = asked.reusedSocket && CLOSED.has((error as NodeJS.ErrnoException).code ?? "");
        reject(isStale ? new StaleConnectionError() : new RegistryUnavailableError({ cause: error }));
      };
      const isAllSaid = () => {
        // It may answer before all is said, or before this process notices.
        if (!isAnswered)
          late = setTimeout(() => fail(new Error(`no answer within ${answerWithinMs} ms`)), answerWithinMs);
      };
      asked.once("error", fail);
      asked.once("response", (answer) => {
        isAnswered = true;
        clearTimeout(late);
        resolve(answer);
      });
      if (!streamed) {
        asked.end(body, isAllSaid);
        return;
      }
      pipeline(streamed, asked).then(isAllSaid, (error: Error) => {
        // Whose end broke: the caller's stream tells its own error, everything else is Distribution's.
        if (streamed.errored && streamed.errored === error) {
          asked.destroy();
          reject(error);
        } else fail(error);
      });
    });

  return {
    stream,
    async whole(question) {
      const answer = await stream(question);
      try {
        return { status: answer.statusCode ?? 0, headers: answer.headers, body: await buffer(answer) };
      } catch (error) {
        throw new RegistryUnavailableError({ cause: error });
      }
    },
    close: () => agent.destroy(),
  };
};

const isStreamed = (body: Question["body"]): body is Readable => body !== undefined && !Buffer.isBuffer(body);

/** How a question fails on a connection whose other end is closed: at its first write, or where its answer should begin. */
const CLOSED = new Set(["ECONNRESET", "EPIPE"]);

class StaleConnectionError extends Error {}

/** The first code of an answer in the registry's error shape; `undefined` where it has none. */
export const codeOf = ({ body }: Answer): string | undefined => {
  try {
    return (JSON.parse(body.toString()) as { errors?: { code?: string }[] }).errors?.[0]?.code;
  } catch {
    return undefined;
  }
};

/** What Distribution answers where the caller has no better word: its own trouble, told with its words. */
export const unexpected = ({ method, path }: Question, { status, body }: Answer): Error =>
  new RegistryUnavailableError({ cause: new Error(`${method} ${path.split("?")[0]} answered ${status} ${body}`) });
