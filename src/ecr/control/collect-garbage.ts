import type { Collected, EcrDeps } from "../ports.ts";
import { presentBlobs, removeDoomed } from "./remove-doomed.ts";
import { spareTouched } from "./spare-touched.ts";

type Deps = Pick<
  EcrDeps,
  "images" | "collection" | "holds" | "store" | "clock" | "timers" | "newId" | "log" | "onCollected"
>;

/** How long new uploads are kept out by a collection that died. */
const CLOSED_MS = 30_000;
const RENEW_MS = 5_000;
const LOOK_AGAIN_MS = 50;
/** Uploads that take longer than that let this collection go by: the next one tries again. */
const PATIENCE_MS = 120_000;

/**
 * Frees the space of what no image names. New uploads wait meanwhile; those under way end first. `undefined`: another collection is under way, or
 * uploads did not end in time. Throws what the blob store throws; whatever happens, uploads go on afterwards.
 */
export const collectGarbage = async (deps: Deps, signal: AbortSignal): Promise<Collected | undefined> => {
  const { holds, clock, timers, log } = deps;
  const id = deps.newId();
  const close = () => holds.close(id, clock.now(), clock.now() + CLOSED_MS);
  const startedAt = clock.now();
  if (!(await close())) return undefined;
  const ended = new AbortController();
  const renewing = (async () => {
    while (await timers.wait(RENEW_MS, ended.signal))
      await close().catch((error: unknown) => log.warn({ err: error }, "could not renew a collection's hold"));
  })();
  try {
    if (!(await haveEnded(deps, startedAt + PATIENCE_MS, signal))) {
      log.warn({ waitedMs: clock.now() - startedAt }, "uploads did not end in time; the next collection tries again");
      return undefined;
    }
    const waitedMs = clock.now() - startedAt;
    const counted = await collect(deps, startedAt);
    const figures = { ...counted, waitedMs, heldMs: clock.now() - startedAt };
    log.info(figures, "freed what no image names");
    deps.onCollected(figures);
    return figures;
  } finally {
    ended.abort();
    await renewing;
    await holds.reopen(id);
  }
};

const haveEnded = async ({ holds, clock, timers }: Deps, until: number, signal: AbortSignal): Promise<boolean> => {
  while ((await holds.held(clock.now())) > 0)
    if (clock.now() >= until || !(await timers.wait(LOOK_AGAIN_MS, signal))) return false;
  return true;
};

const collect = async (deps: Deps, now: number): Promise<Pick<Collected, "manifests" | "blobs" | "bytes">> => {
  const { manifests, candidates } = await removeDoomed(deps);
  const spared = await spareTouched(deps, now);
  try {
    const before = await presentBlobs(deps.store, [...candidates, ...spared.forgotten]);
    await deps.store.collect();
    const after = await presentBlobs(deps.store, before);
    const left = new Set(after.map(({ digest }) => digest));
    const gone = new Map(before.flatMap(({ digest, size }) => (left.has(digest) ? [] : [[digest, size] as const])));
    const bytes = [...gone.values()].reduce((total, size) => total + size, 0);
    return { manifests, blobs: gone.size, bytes };
  } finally {
    await spared.release();
  }
};
