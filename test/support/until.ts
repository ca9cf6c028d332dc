import { setTimeout as pause } from "node:timers/promises";

const LOOK_EVERY_MS = 100;
/** Generous: it is only used up by what never comes. */
const PATIENCE_MS = 60_000;

/**
 * Reads a state until it is as wanted, and answers it. Fails after a while with what it waited for and the state it last saw.
 * What `read` throws is a state as well: a control plane that is down comes back.
 */
export const until = async <State>(
  waitedFor: string,
  read: () => Promise<State>,
  isThere: (state: State) => boolean,
  { patienceMs = PATIENCE_MS }: { patienceMs?: number } = {},
): Promise<State> => {
  const deadline = Date.now() + patienceMs;
  for (;;) {
    const saw = await read().then(
      (state) => ({ state }),
      (error: unknown) => ({ error: String(error) }),
    );
    if ("state" in saw && isThere(saw.state)) return saw.state;
    if (Date.now() > deadline)
      throw new Error(`waited ${patienceMs / 1000} s for ${waitedFor}; last saw ${JSON.stringify(saw, undefined, 1)}`);
    await pause(LOOK_EVERY_MS);
  }
};
