import type { WakeUp } from "../../kernel/work-queue.ts";
import type { EcrDeps } from "../ports.ts";
import { collectGarbage } from "./collect-garbage.ts";
import { forgetLayerUploads } from "./forget-layer-uploads.ts";
import { runAllLifecycles } from "./lifecycle-runner.ts";

const HOURLY_MS = 60 * 60 * 1000;

/** Does what the wing's own queue asks for, one at a time over all control planes, and has itself woken every hour. */
export const handleWakeUps = async (deps: EcrDeps, signal: AbortSignal): Promise<void> => {
  const steps: Readonly<Record<string, () => Promise<unknown>>> = {
    async hourly() {
      await runAllLifecycles(deps);
      await forgetLayerUploads(deps);
      await collectGarbage(deps, signal);
    },
    collect: () => collectGarbage(deps, signal),
  };
  const handle = async ({ name }: WakeUp): Promise<void> => {
    // The queue tells nobody of a handler that threw. The next wake-up tries again.
    await steps[name]?.().catch((error: unknown) =>
      deps.log.warn({ err: error }, `the registry's ${name} upkeep failed`),
    );
  };
  await deps.queue.handle(handle, 1);
  await deps.queue.every("hourly", HOURLY_MS);
};
