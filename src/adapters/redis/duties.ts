import type { Duties } from "../../kernel/duties.ts";
import { KEYS } from "./keys.ts";
import type { RedisStore } from "./store.ts";

/** Who does what, in Redis; a duty runs out by Redis's own clock. */
export const dutyStore = ({ run }: RedisStore): Duties => ({
  hold: async (duty, owner, lastsMs) => (await run("hold-duty", [KEYS.duty + duty], [owner, lastsMs])) === 1,
  async drop(duty, owner) {
    await run("drop-duty", [KEYS.duty + duty], [owner]);
  },
});
