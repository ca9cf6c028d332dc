import { lines } from "./lines.ts";

/** One server-sent event; `data` is JSON. */
export interface ServerEvent {
  readonly event: string;
  readonly id?: string;
  readonly data: unknown;
}

/** Takes a text/event-stream apart (the WHATWG's rules, as far as one server uses them). Comments keep it alive and say nothing. */
export async function* serverEvents(stream: AsyncIterable<Buffer | string>): AsyncIterable<ServerEvent> {
  let event = "message";
  let id: string | undefined;
  let data: string[] = [];
  for await (const line of lines(stream)) {
    if (line === "") {
      if (data.length > 0) yield { event, data: parsed(data.join("\n")), ...(id !== undefined && { id }) };
      event = "message";
      id = undefined;
      data = [];
      continue;
    }
    const [, field = "", value = ""] = /^([^:]*):? ?(.*)$/.exec(line) ?? [];
    if (field === "event") event = value;
    if (field === "id") id = value;
    if (field === "data") data.push(value);
  }
}

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
};
