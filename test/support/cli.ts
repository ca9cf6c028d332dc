import type { JobLogAnswer, LogAnswer } from "../../src/cli/answers.ts";
import { type Api, ApiFailure } from "../../src/cli/api.ts";
import type { Out } from "../../src/cli/out.ts";
import type { ServerEvent } from "../../src/cli/server-events.ts";

/** Everything a command said, by where. */
export const anOut = () => {
  const said = { stdout: "", stderr: "", progress: [] as string[] };
  const say = (where: "stdout" | "stderr", text: string | Uint8Array): void => {
    said[where] += Buffer.from(text).toString();
  };
  const out: Out = {
    columns: undefined,
    line: (text) => say("stdout", `${text}\n`),
    note: (text) => say("stderr", `${text}\n`),
    raw: say,
    redraw: (text) => say("stdout", `${text}\n`),
    progress: (text) => void said.progress.push(text),
  };
  return { said, out };
};

/** Stands for an operation that a command has no reason to use. */
export const notAsked = (what: string) => async (): Promise<never> => {
  throw new Error(`${what} was not to be asked`);
};

/** An /api that answers these paths. */
export const anApi = (
  answers: Record<string, unknown>,
  streams: { lines?: readonly (LogAnswer | JobLogAnswer)[]; events?: ServerEvent[] } = {},
) => {
  const asked: unknown[][] = [];
  const api: Api = {
    async get<Answer>(path: string) {
      if (path in answers) return answers[path] as Answer;
      throw new ApiFailure(404, "NotFound", path);
    },
    async send<Answer>(method: string, path: string, body?: unknown) {
      asked.push([method, path, body]);
      return answers[path] as Answer;
    },
    async *lines<Line>() {
      yield* (streams.lines ?? []) as Line[];
    },
    async *events() {
      yield* streams.events ?? [];
    },
  };
  return { api, asked };
};
