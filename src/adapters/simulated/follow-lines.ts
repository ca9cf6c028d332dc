import type { LogLine } from "../../fleet/model/container-plan.ts";
import { EngineError } from "../../fleet/ports.ts";
import type { SimulatedContainer } from "./container.ts";

interface FollowOptions {
  readonly since?: string;
  readonly follow: boolean;
  readonly signal: AbortSignal;
}

/** Resolves at the container's next line or end, when the engine is cut off, or when the signal aborts. */
const next = (container: SimulatedContainer, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const done = () => {
      container.watchers.delete(done);
      signal.removeEventListener("abort", done);
      resolve();
    };
    container.watchers.add(done);
    signal.addEventListener("abort", done);
  });

/** A container's lines, as the port has it. `passable` throws while the engine is out of reach. */
export async function* followLines(
  find: () => SimulatedContainer | undefined,
  passable: () => void,
  { since = "", follow, signal }: FollowOptions,
): AsyncGenerator<readonly LogLine[]> {
  passable();
  const container = find();
  if (!container) throw new EngineError(404, "No such container");
  for (let position = 0; !signal.aborted; ) {
    passable();
    const lines = container.lines.slice(position);
    if (lines.length > 0) {
      position += lines.length;
      yield lines.filter(({ at }) => at > since);
      continue;
    }
    if (!follow || container.state !== "running") return;
    await next(container, signal);
  }
}
