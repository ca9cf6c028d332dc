import type { LogLine } from "../../fleet/model/container-plan.ts";
import { lineText } from "./log-text.ts";

/** Where reading an engine's output goes on, and which of the lines it will tell again are kept already. */
export interface Resume {
  readonly since: string;
  /** Kept lines later than `since`, as text. */
  readonly kept: readonly string[];
}

/**
 * Engines stamp stdout and stderr apart, and every piece of a long line with the time of its first: a line may arrive after one of a later
 * time. So reading goes back a little, and what is told again is recognised.
 */
const OVERLAP_NS = 2_000_000_000n;
/** So many older lines in a row: the rest is older too. */
const OLDER_LINES = 100;
/** How far back the beginning of a stream's unfinished long line is looked for. */
const MOST_LINES = 50_000;

const nanos = (at: string): bigint => {
  const [, whole = at, fraction = ""] = /^([^.]*?)(?:\.(\d+))?Z$/.exec(at) ?? [];
  return BigInt(Date.parse(`${whole}Z`)) * 1_000_000n + BigInt(fraction.padEnd(9, "0").slice(0, 9));
};

const stamp = (time: bigint): string => {
  const seconds = new Date(Number(time / 1_000_000n)).toISOString().slice(0, 19);
  return `${seconds}.${String(time % 1_000_000_000n).padStart(9, "0")}Z`;
};

const least = (a: bigint, b: bigint): bigint => (a < b ? a : b);
const most = (a: bigint, b: bigint): bigint => (a > b ? a : b);

/** Where to go on after the lines kept, told the latest first; `undefined` where there are none. */
export const resumeAfter = async (latestFirst: AsyncIterable<LogLine>): Promise<Resume | undefined> => {
  const lines: { readonly time: bigint; readonly text: string }[] = [];
  /** Streams whose last whole line was met: nothing of them is unfinished before it. */
  const settled = new Set<LogLine["stream"]>();
  let latest = 0n;
  let unfinished: bigint | undefined;
  let older = 0;
  for await (const line of latestFirst) {
    const time = nanos(line.at);
    latest = most(latest, time);
    if (!line.partial) settled.add(line.stream);
    else if (!settled.has(line.stream)) unfinished = least(unfinished ?? time, time);
    lines.push({ time, text: lineText(line) });
    older = time <= latest - OVERLAP_NS ? older + 1 : 0;
    if ((older >= OLDER_LINES && settled.size === 2) || lines.length >= MOST_LINES) break;
  }
  if (lines.length === 0) return undefined;
  const wanted = least(latest - OVERLAP_NS, (unfinished ?? latest) - 1n);
  // What is told again but was not looked at would be kept twice.
  const since = lines.length < MOST_LINES ? wanted : most(wanted, lines.at(-1)?.time ?? wanted);
  return { since: stamp(since), kept: lines.filter(({ time }) => time > since).map(({ text }) => text) };
};
