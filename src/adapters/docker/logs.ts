import type { LogLine } from "../../fleet/model/container-plan.ts";
import type { ContainerId } from "../../fleet/model/ids.ts";
import { missingOutput } from "../../fleet/model/missing-output.ts";
import { systemTimers, type Timers } from "../../kernel/timers.ts";
import type { Ask } from "./ask.ts";
import { unixTime } from "./events.ts";
import { asEngineFailure } from "./failure.ts";
import { framesTold, framesToSkip } from "./frames-told.ts";
import { lineOfFrame, multiplexedFrames, terminalFrames } from "./log-frames.ts";

export interface LogOptions {
  readonly since?: string;
  /** Whether the container has a terminal; Docker is asked where that is not said. */
  readonly terminal?: boolean;
  readonly follow: boolean;
  readonly signal: AbortSignal;
}

const hasTerminal = async (ask: Ask, path: string, signal: AbortSignal): Promise<boolean> =>
  (await ask.answer<{ Config: { Tty: boolean } }>({ method: "GET", path: `${path}/json`, signal })).Config.Tty;

/** `catching up` and `ending` read what there is; after `ending` it is over. */
type Mode = "following" | "catching up" | "ending";

const modeAfter = (mode: Mode, isOutrun: boolean, newBytes: number): Mode | undefined => {
  if (mode === "ending") return undefined;
  if (mode === "following") return isOutrun ? "catching up" : "ending";
  return newBytes > CAUGHT_UP_BYTES ? "catching up" : "following";
};

/** Where Docker's log files are rotated they have 10 MiB: its following is trusted with less than that. */
const MOST_FOLLOWED_BYTES = 6 * 1024 * 1024;
/** So little is new since the last reading: whoever reads has caught up. */
const CAUGHT_UP_BYTES = 1024 * 1024;
/** An engine decodes all of a container's files for each reading, and launches share its time: between two of them it has so long for others. */
const REST_MS = 1_500;
/** What Docker writes around a line in its file, about. */
const BYTES_BESIDES_TEXT = 80;

/**
 * A container's lines, those of one arrival at once. Docker follows only what runs: of a container not yet started it answers nothing and ends at once.
 * Docker's `since` is inclusive; lines of that very time are left out here.
 *
 * Where a container writes faster than is read, Docker's following (20.10) leaves out whole files that were rotated meanwhile, or tells one again.
 * So after some megabytes, or when a stream's times go back, what there is is read without following, behind what was told, until there
 * is little new, with a rest between the readings: of what is still in the files no line is lost or doubled, and a line tells where some are
 * gone. The following may also end a line or two before the end of what was written, so the end is read once more.
 */
export async function* logLines(
  ask: Ask,
  address: string,
  id: ContainerId,
  { since, terminal: known, follow, signal }: LogOptions,
  timers: Timers = systemTimers,
): AsyncGenerator<readonly LogLine[]> {
  const path = `/containers/${encodeURIComponent(id)}`;
  async function* reading(terminal: boolean, from: string | undefined, follow: boolean): AsyncGenerator<LogLine[]> {
    const start = from === undefined ? {} : { since: unixTime(from) };
    const query = { stdout: true, stderr: true, timestamps: true, follow, ...start };
    const bytes = await ask.stream({ method: "GET", path: `${path}/logs`, query, signal });
    for await (const frames of (terminal ? terminalFrames : multiplexedFrames)(bytes))
      yield frames.map((frame) => lineOfFrame(frame, terminal));
  }
  // Docker writes these times with a fixed nine digits in UTC, so they compare as text.
  const isWanted = ({ at }: LogLine): boolean => since === undefined || at > since;
  try {
    const terminal = known ?? (await hasTerminal(ask, path, signal));
    const told = framesTold();
    for (let mode: Mode | undefined = follow ? "following" : "ending"; mode && !signal.aborted; ) {
      const isFollowing = mode === "following";
      const position = told.position();
      const lastTold = position.times.at(-1);
      const latest = { stdout: "", stderr: "" };
      let skip: number | undefined;
      let newBytes = 0;
      let isOutrun = false;
      for await (const lines of reading(terminal, position.from ?? since, isFollowing)) {
        const wanted: LogLine[] = [];
        for (const line of lines) {
          if (skip === undefined) {
            skip = framesToSkip(position, line.at) ?? 0;
            if (skip === 0 && lastTold !== undefined) wanted.push(missingOutput(lastTold, line));
          }
          // Where nothing new came since the reading began, the machine's clock was set back: reading anew would not help.
          const isToldAgain = newBytes > 0 && line.at < latest[line.stream];
          isOutrun = isFollowing && (isToldAgain || newBytes > MOST_FOLLOWED_BYTES);
          if (isOutrun) break;
          latest[line.stream] = line.at;
          if (skip > 0) {
            skip -= 1;
            continue;
          }
          newBytes += line.text.length + BYTES_BESIDES_TEXT;
          told.count(line.at);
          if (isWanted(line)) wanted.push(line);
        }
        if (wanted.length > 0) yield wanted;
        if (isOutrun) break;
      }
      const next = modeAfter(mode, isOutrun, newBytes);
      if (mode === "catching up" && next === mode) await timers.wait(REST_MS, signal);
      mode = next;
    }
  } catch (error) {
    if (signal.aborted) return;
    throw asEngineFailure(address, error);
  }
}
