import { setTimeout as pause } from "node:timers/promises";
import type { LogLine, ObservedContainer } from "../../src/fleet/model/container-plan.ts";
import type { ContainerId } from "../../src/fleet/model/ids.ts";
import type { ContainerEngine } from "../../src/fleet/ports.ts";

const LOOK_EVERY_MS = 40;
const PATIENCE_MS = 20_000;

/** Looks until `look` finds something; fails after 20 s with what it waited for and what it last saw. */
export const eventually = async <Found>(
  waitedFor: string,
  look: () => Promise<{ found?: Found | undefined; saw: unknown }>,
): Promise<Found> => {
  const deadline = Date.now() + PATIENCE_MS;
  for (;;) {
    const { found, saw } = await look();
    if (found !== undefined) return found;
    if (Date.now() > deadline) throw new Error(`waited 20 s for ${waitedFor}; last saw ${JSON.stringify(saw)}`);
    await pause(LOOK_EVERY_MS);
  }
};

/** The container as it is once it has exited. */
export const exited = (engine: ContainerEngine, id: ContainerId): Promise<ObservedContainer> =>
  eventually(`container ${id} to exit`, async () => {
    const saw = await engine.inspect(id);
    return { saw, found: saw?.state === "exited" ? saw : undefined };
  });

/** All lines of a container to its end. */
export const linesOf = async (engine: ContainerEngine, id: ContainerId, since?: string): Promise<LogLine[]> => {
  const lines: LogLine[] = [];
  const signal = AbortSignal.timeout(PATIENCE_MS);
  const from = since === undefined ? {} : { since };
  for await (const some of engine.logs(id, { follow: true, signal, ...from })) lines.push(...some);
  if (signal.aborted) throw new Error(`waited 20 s for the output of ${id} to end; saw ${lines.length} lines`);
  return lines;
};

/** Returns once the program has written its first line: then it is past its own start. */
export const hasSpoken = async (engine: ContainerEngine, id: ContainerId): Promise<LogLine> => {
  const stop = new AbortController();
  const signal = AbortSignal.any([stop.signal, AbortSignal.timeout(PATIENCE_MS)]);
  for await (const [line] of engine.logs(id, { follow: true, signal })) {
    if (!line) continue;
    stop.abort();
    return line;
  }
  throw new Error(`waited 20 s for container ${id} to write a line; it is ${JSON.stringify(await engine.inspect(id))}`);
};
