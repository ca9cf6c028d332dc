import type { LogLine } from "../../fleet/model/container-plan.ts";
import type { ContainerId } from "../../fleet/model/ids.ts";
import type { Ask } from "./ask.ts";
import { unixTime } from "./events.ts";
import { asEngineFailure } from "./failure.ts";
import { framesTold } from "./frames-told.ts";
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

/**
 * A container's lines. Docker follows only what runs: of a container not yet started it answers nothing and ends at once.
 * Docker's `since` is inclusive; lines of that very time are left out here.
 */
export async function* logLines(
  ask: Ask,
  address: string,
  id: ContainerId,
  { since, terminal: known, follow, signal }: LogOptions,
): AsyncGenerator<LogLine> {
  const path = `/containers/${encodeURIComponent(id)}`;
  async function* lines(terminal: boolean, from: string | undefined, follow: boolean): AsyncGenerator<LogLine> {
    const start = from === undefined ? {} : { since: unixTime(from) };
    const query = { stdout: true, stderr: true, timestamps: true, follow, ...start };
    const bytes = await ask.stream({ method: "GET", path: `${path}/logs`, query, signal });
    for await (const frame of (terminal ? terminalFrames : multiplexedFrames)(bytes))
      yield lineOfFrame(frame, terminal);
  }
  // Docker writes these times with a fixed nine digits in UTC, so they compare as text.
  const isWanted = ({ at }: LogLine): boolean => since === undefined || at > since;
  try {
    const terminal = known ?? (await hasTerminal(ask, path, signal));
    const told = framesTold();
    for await (const line of lines(terminal, since, follow)) {
      told.count(line.at);
      if (isWanted(line)) yield line;
    }
    if (!follow || signal.aborted) return;
    // Docker (20.10) may end the following a line or two before the end of what the container wrote: seen on a busy machine.
    const position = told.position();
    let again = 0;
    for await (const line of lines(terminal, position.from ?? since, false)) {
      again += 1;
      if (again > position.told && isWanted(line)) yield line;
    }
  } catch (error) {
    if (signal.aborted) return;
    throw asEngineFailure(address, error);
  }
}
