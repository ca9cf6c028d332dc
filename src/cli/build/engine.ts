import { type IncomingMessage, request as overHttp } from "node:http";
import { request as overTls } from "node:https";
import type { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { pipeline } from "node:stream/promises";
import { CliError } from "../failure.ts";
import { lines } from "../lines.ts";
import type { EngineAddress } from "./engine-address.ts";

/** One line of what an engine tells while it works. */
export interface EngineMessage {
  /** What a build prints. */
  readonly stream?: string;
  /** What becomes of the layer `id`. */
  readonly status?: string;
  readonly id?: string;
  readonly progressDetail?: { readonly current?: number; readonly total?: number };
  /** What came of it: a build's image, a push's manifest. */
  readonly aux?: { readonly ID?: string; readonly Digest?: string };
  readonly error?: string;
}

interface Ask {
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Readable;
  readonly signal: AbortSignal;
}

/** A Docker engine's API, as much of it as a build and a push take. Every method throws CliError with the engine's own words. */
export interface Engine {
  /** Posts, and tells what the engine tells while it works. */
  messages(path: string, ask: Ask): AsyncIterable<EngineMessage>;
  post(path: string, ask: Ask): Promise<void>;
  /** `false`: the engine has no such image. */
  hasImage(name: string): Promise<boolean>;
}

/** Node's own http over the engine's socket or address. Paths bear no version: the engine then speaks its newest. */
export const connectEngine = (address: EngineAddress): Engine => {
  const ask = (method: "GET" | "POST", path: string, { query = {}, headers = {}, body, signal }: Partial<Ask>) =>
    new Promise<IncomingMessage>((resolve, reject) => {
      const search = new URLSearchParams(query).toString();
      const options = { ...address.options, method, path: search ? `${path}?${search}` : path, headers };
      const asking = (address.isTls ? overTls : overHttp)({ ...options, ...(signal && { signal }) }, resolve);
      asking.on("error", (error) => reject(signal?.aborted ? error : unreachable(address, error)));
      if (!body) return asking.end();
      // A file that cannot be read is none of the engine's failures.
      body.once("error", ({ message }) => reject(new CliError(message)));
      // An engine that refuses answers before all is sent; what then breaks is the sending, and the answer says why.
      pipeline(body, asking).catch(() => {});
    });
  const granted = async (answer: IncomingMessage): Promise<IncomingMessage> => {
    const status = answer.statusCode ?? 500;
    if (status < 400) return answer;
    throw new CliError(wordsOf(await text(answer), status));
  };
  return {
    async *messages(path, asked) {
      const answer = await granted(await ask("POST", path, asked));
      for await (const line of lines(unbroken(answer, address, asked.signal))) {
        if (line.trim() === "") continue;
        const message = JSON.parse(line) as EngineMessage;
        if (message.error !== undefined) throw new CliError(message.error);
        yield message;
      }
    },
    async post(path, asked) {
      (await granted(await ask("POST", path, asked))).resume();
    },
    async hasImage(name) {
      const answer = await ask("GET", `/images/${name}/json`, {});
      if (answer.statusCode !== 404) await granted(answer);
      answer.resume();
      return answer.statusCode !== 404;
    },
  };
};

async function* unbroken(
  answer: IncomingMessage,
  address: EngineAddress,
  signal: AbortSignal,
): AsyncIterable<Buffer | string> {
  try {
    yield* answer;
  } catch (error) {
    throw signal.aborted ? error : unreachable(address, error as NodeJS.ErrnoException);
  }
}

const unreachable = ({ name }: EngineAddress, { code, message }: NodeJS.ErrnoException): CliError => {
  if (code === "ECONNRESET" || code === "EPIPE") return new CliError(`the engine at ${name} broke the connection off`);
  return new CliError(`no Docker engine answers at ${name} (${code ?? message})`, {
    hint: 'set DOCKER_HOST, or take it over with: eval "$(berth env)"',
  });
};

const wordsOf = (body: string, status: number): string => {
  try {
    return (JSON.parse(body) as { message: string }).message;
  } catch {
    return body.trim() || `the engine answered ${status}`;
  }
};
