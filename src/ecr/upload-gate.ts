import type { EcrDeps } from "./ports.ts";

/** How long a hold counts unless it is renewed: that long a dead control plane's uploads keep a collection waiting. */
const HOLD_MS = 30_000;
const RENEW_MS = 10_000;
const LOOK_AGAIN_MS = 100;
const NEVER = new AbortController().signal;

/**
 * Resolves once bytes may be written: while a collection frees space, new ones wait. What it answers is to be called when they are written;
 * until then the hold renews itself.
 */
export const holdUpload = async ({
  holds,
  clock,
  timers,
  newId,
  log,
}: Pick<EcrDeps, "holds" | "clock" | "timers" | "newId" | "log">): Promise<() => void> => {
  const id = newId();
  const take = () => holds.take(id, clock.now(), clock.now() + HOLD_MS);
  while (!(await take())) await timers.wait(LOOK_AGAIN_MS, NEVER);

  const ended = new AbortController();
  const renew = async () => {
    while (await timers.wait(RENEW_MS, ended.signal))
      await take().catch((error: unknown) => log.warn({ err: error }, "could not renew the hold of an upload"));
  };
  const renewing = renew();
  return () => {
    ended.abort();
    // Released after the last renewal, or that would take it anew.
    renewing
      .then(() => holds.release(id))
      .catch((error: unknown) => log.warn({ err: error }, "could not release the hold of an upload; it expires"));
  };
};
