import type { StoredEvent } from "../../logs/ports.ts";
import { lineOfText } from "./log-text.ts";

/** A line of a run: an event, or a piece of one that goes on in the next line of its stream. */
export interface EventLine extends StoredEvent {
  readonly stream: "stdout" | "stderr";
  readonly partial: boolean;
}

/** An event that was put, as it is kept: `[timestamp,ingestedAt,"message"]`. */
export const eventText = ({ timestamp, ingestedAt, message }: StoredEvent): string =>
  JSON.stringify([timestamp, ingestedAt, message]);

/** A kept event back as it was; `undefined` for what is none. */
export const putLine = (text: string): EventLine | undefined => {
  const [timestamp, ingestedAt, message] = parse(text);
  if (typeof timestamp !== "number" || typeof ingestedAt !== "number" || typeof message !== "string") return undefined;
  return { timestamp, ingestedAt, message, stream: "stdout", partial: false };
};

const parse = (text: string): unknown[] => {
  try {
    const parsed: unknown = JSON.parse(text);
    return Array.isArray(parsed) ? parsed : [];
  } catch {
    return [];
  }
};

/** A line of a container's output, which has Docker's stamp. */
export const printedLine = (text: string): EventLine | undefined => {
  const line = lineOfText(text);
  if (!line) return undefined;
  const timestamp = Date.parse(line.at);
  return { timestamp, ingestedAt: timestamp, message: line.text, stream: line.stream, partial: line.partial };
};
