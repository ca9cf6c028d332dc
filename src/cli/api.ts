import { type IncomingMessage, request } from "node:http";
import type { Connection } from "./connection.ts";
import { lines } from "./lines.ts";
import { type ServerEvent, serverEvents } from "./server-events.ts";

/** /api over plain HTTP. Every method throws what the server answered as an error with its code and message. */
export interface Api {
  get<Answer>(path: string): Promise<Answer>;
  send<Answer>(method: "POST" | "PUT" | "DELETE", path: string, body?: unknown): Promise<Answer>;
  /** One value for each line of `application/x-ndjson`, until the server ends it. */
  lines<Line>(path: string, signal: AbortSignal): AsyncIterable<Line>;
  /** Server-sent events, until the server ends them. */
  events(path: string, signal: AbortSignal): AsyncIterable<ServerEvent>;
}

/** An error that /api answered. */
export class ApiFailure extends Error {
  readonly code: string;
  readonly status: number;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.name = code;
    this.code = code;
    this.status = status;
  }
}

interface Ask {
  readonly method: string;
  readonly path: string;
  readonly accept: string;
  readonly body?: unknown;
  readonly signal?: AbortSignal;
}

/** A client of /api. Node's own http and not fetch: fetch ends a stream that is silent for five minutes. */
export const connectApi = ({ url, apiToken, region }: Pick<Connection, "url" | "apiToken" | "region">): Api => {
  const ask = ({ method, path, accept, body, signal }: Ask): Promise<IncomingMessage> =>
    new Promise((resolve, reject) => {
      const text = body === undefined ? undefined : JSON.stringify(body);
      const headers = {
        authorization: `Bearer ${apiToken}`,
        accept,
        "x-berth-region": region,
        ...(text !== undefined && { "content-type": "application/json", "content-length": Buffer.byteLength(text) }),
      };
      const asking = request(new URL(`/api${path}`, url), { method, headers, ...(signal && { signal }) }, resolve);
      asking.on("error", reject);
      asking.end(text);
    });
  const open = async (asked: Ask): Promise<IncomingMessage> => {
    const answer = await ask(asked);
    if ((answer.statusCode ?? 500) < 400) return answer;
    throw failureFrom(answer.statusCode ?? 500, await textOf(answer));
  };
  const json = async <Answer>(asked: Omit<Ask, "accept">): Promise<Answer> => {
    const text = await textOf(await open({ ...asked, accept: "application/json" }));
    return (text === "" ? undefined : JSON.parse(text)) as Answer;
  };
  return {
    get: (path) => json({ method: "GET", path }),
    send: (method, path, body) => json({ method, path, body }),
    async *lines<Line>(path: string, signal: AbortSignal) {
      const answer = await open({ method: "GET", path, accept: "application/x-ndjson", signal });
      for await (const line of lines(answer)) if (line !== "") yield JSON.parse(line) as Line;
    },
    async *events(path, signal) {
      yield* serverEvents(await open({ method: "GET", path, accept: "text/event-stream", signal }));
    },
  };
};

const textOf = async (answer: IncomingMessage): Promise<string> => {
  let text = "";
  answer.setEncoding("utf8");
  for await (const chunk of answer) text += chunk;
  return text;
};

/** What /api answered, as an error. */
export const failureFrom = (status: number, text: string): ApiFailure => {
  try {
    const { error } = JSON.parse(text) as { error: { code: string; message: string } };
    return new ApiFailure(status, error.code, error.message);
  } catch {
    return new ApiFailure(status, `HTTP ${status}`, text.slice(0, 200) || "no explanation");
  }
};
