import type { IncomingHttpHeaders } from "node:http";

/**
 * Where a chunk of an upload belongs, `0-99` or `bytes 0-99/*`. `undefined`: the request does not say, and means the end of what is there;
 * `invalid`: no range, or not one of as many bytes as the body has.
 */
export const contentRangeOf = (
  headers: IncomingHttpHeaders,
): { readonly start: number; readonly end: number } | "invalid" | undefined => {
  const text = headers["content-range"];
  if (text === undefined) return undefined;
  const [, first, last] = /^(?:bytes[ =])?(\d+)-(\d+)(?:\/(?:\d+|\*))?$/.exec(text.trim()) ?? [];
  if (first === undefined || last === undefined) return "invalid";
  const [start, end] = [Number(first), Number(last)];
  const length = headers["content-length"];
  const isSized = length === undefined || Number(length) === end - start + 1;
  return end >= start && isSized ? { start, end } : "invalid";
};
