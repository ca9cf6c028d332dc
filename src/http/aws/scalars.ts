import type { TimestampFormat } from "./shape.ts";

type Format = Exclude<TimestampFormat, undefined>;

/** The moment that text says in a format, or `undefined` where it says none. */
export const parseTimestamp = (format: Format, text: string): Date | undefined => {
  if (format === "epoch-seconds" && !/^-?\d+(\.\d+)?([eE][+-]?\d+)?$/.test(text)) return undefined;
  if (format === "date-time" && !/^\d{4}-\d\d-\d\d(T[\d:.]+(Z|[+-]\d\d:?\d\d)?)?$/.test(text)) return undefined;
  const moment = format === "epoch-seconds" ? new Date(Math.round(Number(text) * 1000)) : new Date(text);
  return Number.isNaN(moment.getTime()) ? undefined : moment;
};

/** A moment in words; epoch seconds as a decimal with up to milliseconds. */
export const formatTimestamp = (format: Format, moment: Date): string => {
  if (format === "epoch-seconds") return String(moment.getTime() / 1000);
  if (format === "http-date") return moment.toUTCString();
  return moment.toISOString().replace(".000Z", "Z");
};

/** Decimal text as a number, as XML, queries and headers write it; `undefined` where it is none, or none of that shape. */
export const parseNumber = (text: string, { isFraction }: { readonly isFraction: boolean }): number | undefined => {
  const value = parseDecimal(text);
  return isFraction || Number.isInteger(value) ? value : undefined;
};

const parseDecimal = (text: string): number | undefined => {
  if (text === "NaN") return Number.NaN;
  if (/^-?Infinity$/.test(text)) return text.startsWith("-") ? -Infinity : Infinity;
  return /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/.test(text) ? Number(text) : undefined;
};

/** `true` and `false`, in any case, as AWS reads them; `undefined` for other text. */
export const parseBoolean = (text: string): boolean | undefined => {
  const lower = text.toLowerCase();
  return lower === "true" ? true : lower === "false" ? false : undefined;
};
