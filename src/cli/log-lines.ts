import type { LogAnswer } from "./answers.ts";
import type { Api } from "./api.ts";
import { patience } from "./patience.ts";

export interface LogQuery {
  readonly container?: string;
  readonly follow: boolean;
  readonly tail?: number;
}

const pathOf = (task: string, { container, follow, tail }: LogQuery): string => {
  const query = new URLSearchParams({ follow: String(follow) });
  if (container !== undefined) query.set("container", container);
  if (tail !== undefined) query.set("tail", String(tail));
  return `/tasks/${task}/logs?${query}`;
};

/**
 * A task's output. Following survives a control plane that goes away and comes back: it asks again for all, and what was told
 * already, known by its stamp, is left out. Throws what /api answers, and the last connection error when nobody comes back.
 */
export async function* logLines(
  api: Api,
  task: string,
  query: LogQuery,
  signal: AbortSignal,
): AsyncIterable<LogAnswer> {
  const toldUpTo = new Map<string, string>();
  // A tail would hide lines that were printed while nobody was there to tell them.
  const { tail: _, ...whole } = query;
  const patient = patience(signal);
  for (;;) {
    // What was told when this connection began. Not later: the parts of a line that is too long for the engine share one stamp.
    const toldBefore = new Map(toldUpTo);
    try {
      for await (const line of api.lines<LogAnswer>(pathOf(task, toldBefore.size > 0 ? whole : query), signal)) {
        const source = `${line.container}/${line.stream}`;
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
