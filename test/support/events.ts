import type { TestBerth } from "./berth.ts";

/** An event as EventBridge hands it to its targets. */
export interface ToldEvent {
  readonly "detail-type": string;
  readonly detail: Readonly<Record<string, string>>;
}

/** Reads events in EventBridge's shape from the feed's beginning until one `isLast`. */
export const eventsUntil = async (
  { url, keys }: Pick<TestBerth, "url" | "keys">,
  isLast: (event: ToldEvent) => boolean,
): Promise<ToldEvent[]> => {
  const leaving = new AbortController();
  const answer = await fetch(`${url}/api/events/eventbridge`, {
    headers: { authorization: `Bearer ${keys.apiToken}`, "last-event-id": "0-0" },
    signal: leaving.signal,
  });
  const events: ToldEvent[] = [];
  let text = "";
  for await (const chunk of answer.body!.pipeThrough(new TextDecoderStream())) {
    text += chunk;
    const lines = text.split("\n");
    text = lines.pop() ?? "";
    events.push(...lines.flatMap((line) => (line.startsWith("data:") ? [JSON.parse(line.slice("data:".length))] : [])));
    if (events.some(isLast)) break;
  }
  leaving.abort();
  return events;
};
