import { setTimeout as pause } from "node:timers/promises";

/**
 * Asks until the answer is true or the time is over.
 * @param {() => Promise<boolean> | boolean} ask may throw to give up at once
 * @param {{ seconds: number, everyMs?: number }} bound
 * @returns {Promise<boolean>} false when the time was over first
 */
export async function poll(ask, { seconds, everyMs = 50 }) {
  const end = Date.now() + seconds * 1000;
  while (!(await ask())) {
    if (Date.now() > end) return false;
    await pause(everyMs);
  }
  return true;
}
