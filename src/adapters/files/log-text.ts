import type { LogLine } from "../../fleet/model/container-plan.ts";

/** A line as it is kept: `2026-11-24T03:53:54.395925734Z o text`; `e` is stderr, `+` a line that goes on in the next. */
export const lineText = ({ stream, at, text, partial }: LogLine): string =>
  `${at} ${stream === "stderr" ? "e" : "o"}${partial ? "+" : ""} ${text}`;

const KEPT = /^(\S+) ([oe])(\+?) ([\s\S]*)$/;

/** A kept line back as it was; `undefined` for what is none. */
export const lineOfText = (kept: string): LogLine | undefined => {
  const [, at, stream, plus, text] = KEPT.exec(kept) ?? [];
  if (at === undefined || text === undefined) return undefined;
  return { at, stream: stream === "e" ? "stderr" : "stdout", text, partial: plus === "+" };
};
