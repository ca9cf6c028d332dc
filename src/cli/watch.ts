import { setTimeout as sleep } from "node:timers/promises";
import type { Api } from "./api.ts";
import type { Out } from "./out.ts";

/** Changes that come close together are drawn once. */
const AT_MOST_EVERY_MS = 150;
const TRY_AGAIN_MS = 1000;

/**
 * Draws what `text` tells, and again whenever the feed tells of a change of these kinds, until the signal aborts. A control
 * plane that goes away is waited for, and said to be away; one that is not there at the beginning is an error.
 */
export const redrawOnChange = async (
  { api, out, signal }: { api: Api; out: Out; signal: AbortSignal },
  kinds: string,
  text: () => Promise<string>,
): Promise<void> => {
  let drawn = "";
  const draw = async () => {
    const now = await text();
    // A programme that reads along wants changes, not repetitions.
    if (out.columns !== undefined || now !== drawn) out.redraw(now);
    drawn = now;
  };
  await draw();
  while (!signal.aborted) {
    try {
      await onEveryChange(api, kinds, signal, draw);
    } catch {
      if (signal.aborted) return;
      out.redraw(`${drawn}\n\nBerth does not answer; waiting for it.`);
      drawn = "";
    }
    await sleep(TRY_AGAIN_MS, undefined, { signal }).catch(() => {});
  }
};

const onEveryChange = async (
  api: Api,
  kinds: string,
  signal: AbortSignal,
  draw: () => Promise<void>,
): Promise<void> => {
  let isWanted = true;
  let wake: (() => void) | undefined;
  const ended = (async () => {
    for await (const _ of api.events(`/events?kinds=${kinds}`, signal)) {
      isWanted = true;
      wake?.();
    }
    throw new Error("the feed ended");
  })();
  // Raced below; without this an early end would count as unhandled.
  ended.catch(() => {});
  for (;;) {
    if (!isWanted)
      await Promise.race([
        ended,
        new Promise<void>((resolve) => {
          wake = resolve;
        }),
      ]);
    isWanted = false;
    await draw();
    await Promise.race([ended, sleep(AT_MOST_EVERY_MS)]);
  }
};
