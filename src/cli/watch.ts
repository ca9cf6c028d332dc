import { setTimeout as sleep } from "node:timers/promises";
import type { Api } from "./api.ts";
import type { Out } from "./out.ts";
import { isUnanswered } from "./patience.ts";

/** Changes that come close together are drawn once. */
const AT_MOST_EVERY_MS = 150;
const TRY_AGAIN_MS = 1000;
/** How often a terminal is drawn anew without any change: ages grow. */
const AGES_GROW_MS = 5000;

/**
 * Draws what `text` tells, and again whenever the feed tells of a change of these kinds, until the signal aborts. A control
 * plane that goes away is waited for, and said to be away; one that is not there at the beginning is an error.
 */
export const redrawOnChange = async (
  { api, out, signal }: { api: Api; out: Out; signal: AbortSignal },
  kinds: string,
  text: () => Promise<string>,
): Promise<void> => {
  let picture = "";
  let isAway = false;
  const draw = async () => {
    const now = await text();
    // A programme that reads along wants changes, not repetitions.
    if (out.columns !== undefined || isAway || now !== picture) out.redraw(now);
    picture = now;
    isAway = false;
  };
  await draw();
  while (!signal.aborted) {
    try {
      await onEveryChange({ api, signal, kinds, isTerminal: out.columns !== undefined }, draw);
    } catch (error) {
      if (signal.aborted) return;
      if (!isUnanswered(error)) throw error;
      if (!isAway) out.redraw(`${picture}\n\nBerth does not answer; waiting for it.`);
      isAway = true;
    }
    await sleep(TRY_AGAIN_MS, undefined, { signal }).catch(() => {});
  }
};

interface Changes {
  readonly api: Api;
  readonly signal: AbortSignal;
  readonly kinds: string;
  readonly isTerminal: boolean;
}

/** Never resolves; rejects when the feed ends or what is drawn cannot be had. */
const onEveryChange = async ({ api, signal, kinds, isTerminal }: Changes, draw: () => Promise<void>): Promise<void> => {
  // What changed between the last drawing and this subscription is in no event.
  let isWanted = true;
  let wake = (): void => {};
  const ended = (async () => {
    for await (const _ of api.events(`/events?kinds=${kinds}`, signal)) {
      isWanted = true;
      wake();
    }
    throw new Error("the feed ended");
  })();
  // Raced below; without this an early end would count as unhandled.
  ended.catch(() => {});
  for (;;) {
    const woken = new Promise<void>((resolve) => {
      wake = resolve;
    });
    if (!isWanted) await Promise.race([ended, woken, ...(isTerminal ? [sleep(AGES_GROW_MS)] : [])]);
    isWanted = false;
    await draw();
    await Promise.race([ended, sleep(AT_MOST_EVERY_MS)]);
  }
};
