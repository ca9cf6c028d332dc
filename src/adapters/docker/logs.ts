import type { LogLine } from "../../fleet/model/container-plan.ts";
import type { ContainerId } from "../../fleet/model/ids.ts";
import type { Ask } from "./ask.ts";
import { unixTime } from "./events.ts";
import { asEngineFailure } from "./failure.ts";
import { lineOfFrame, multiplexedFrames, terminalFrames } from "./log-frames.ts";

export interface LogOptions {
  readonly since?: string;
  readonly follow: boolean;
  readonly signal: AbortSignal;
}

/**
 * A container's lines. Docker follows only what runs: of a container not yet started it answers nothing and ends at once.
 * Docker's `since` is inclusive; lines of that very time are left out here.
 */
export async function* logLines(
  ask: Ask,
  address: string,
  id: ContainerId,
  { since, follow, signal }: LogOptions,
): AsyncGenerator<LogLine> {
  try {
    const path = `/containers/${encodeURIComponent(id)}`;
    const seen = await ask.answer<{ Config: { Tty: boolean } }>({ method: "GET", path: `${path}/json`, signal });
    const terminal = seen.Config.Tty;
    const from = since === undefined ? {} : { since: unixTime(since) };
    const query = { stdout: true, stderr: true, timestamps: true, follow, ...from };
    const bytes = await ask.stream({ method: "GET", path: `${path}/logs`, query, signal });
    for await (const frame of (terminal ? terminalFrames : multiplexedFrames)(bytes)) {
      const line = lineOfFrame(frame, terminal);
      // Docker writes these times with a fixed nine digits in UTC, so they compare as text.
      if (since === undefined || line.at > since) yield line;
    }
  } catch (error) {
    if (signal.aborted) return;
    throw asEngineFailure(address, error);
  }
}
