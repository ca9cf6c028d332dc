import type { JobLogAnswer, LogAnswer } from "./answers.ts";
import type { Api } from "./api.ts";
import { patience } from "./patience.ts";

export interface LogQuery {
  readonly container?: string;
  readonly follow: boolean;
  readonly tail?: number;
}

export interface JobLogQuery {
  /** From 1; all where absent. */
  readonly attempt?: number;
  readonly follow: boolean;
  readonly tail?: number;
}

type Line = LogAnswer | JobLogAnswer;

interface Source<Told extends Line> {
  readonly path: string;
  /** Lines of one source come in order; those of several do not. */
  nameOf(line: Told): string;
}

/**
 * A task's output. Following survives a control plane that goes away and comes back: it asks again for all, and what was told
 * already, known by its stamp, is left out. Throws what /api answers, and the last connection error when nobody comes back.
 */
export const logLines = (
  api: Api,
  task: string,
  query: LogQuery,
  signal: AbortSignal,
): AsyncGenerator<LogAnswer, void> =>
  resumed<LogAnswer>(api, { path: `/tasks/${task}/logs`, nameOf: ({ container }) => container }, query, signal);

/** A job's output, attempt by attempt, in the same way. */
export const jobLogLines = (
  api: Api,
  job: string,
  query: JobLogQuery,
  signal: AbortSignal,
): AsyncGenerator<JobLogAnswer, void> => {
  const path = `/batch/jobs/${encodeURIComponent(job)}/logs`;
  return resumed<JobLogAnswer>(api, { path, nameOf: ({ attempt }) => String(attempt) }, query, signal);
};

const queryText = (query: LogQuery & JobLogQuery): string => {
  const text = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) if (value !== undefined) text.set(name, String(value));
  return text.toString();
};

async function* resumed<Told extends Line>(
  api: Api,
  { path, nameOf }: Source<Told>,
  query: LogQuery & JobLogQuery,
  signal: AbortSignal,
): AsyncGenerator<Told, void> {
  const toldUpTo = new Map<string, string>();
  // A tail would hide lines that were printed while nobody was there to tell them.
  const { tail: _, ...whole } = query;
  const patient = patience(signal);
  for (;;) {
    // What was told when this connection began. Not later: the parts of a line that is too long for the engine share one stamp.
    const toldBefore = new Map(toldUpTo);
    try {
      const asked = `${path}?${queryText(toldBefore.size > 0 ? whole : query)}`;
      for await (const line of api.lines<Told>(asked, signal)) {
        const source = `${nameOf(line)}/${line.stream}`;
        // Stamps are RFC 3339 in one zone with nine digits: they compare as text.
        if (line.at <= (toldBefore.get(source) ?? "")) continue;
        toldUpTo.set(source, line.at);
        patient.wasAnswered();
        yield line;
      }
      return;
    } catch (error) {
      if (!query.follow) throw error;
      await patient.wait(error);
    }
  }
}
