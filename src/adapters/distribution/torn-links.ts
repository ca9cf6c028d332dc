import { setTimeout as pause } from "node:timers/promises";

const TRIES = 6;
const FIRST_PAUSE_MS = 10;

/**
 * Asks again while the answer tells of a torn link. Distribution notes that a repository holds a layer in a small file, which it empties before it writes
 * it: when a second push brings the same layer, whoever looks in that moment finds no digest in it, and is told so as an error of the server's. It is
 * over in a millisecond.
 */
export const askWhileTorn = async <Answer>(
  ask: () => Promise<Answer>,
  isTorn: (answer: Answer) => boolean,
): Promise<Answer> => {
  for (let tries = 1; ; tries += 1) {
    const answer = await ask();
    if (!isTorn(answer) || tries === TRIES) return answer;
    await pause(FIRST_PAUSE_MS * 2 ** (tries - 1));
  }
};
