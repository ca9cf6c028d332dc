import { CliError } from "../failure.ts";
import { shortJobId } from "../views/words.ts";

/** Said when the user stops waiting. */
export const detached = (ids: readonly string[]): CliError => {
  const [first = "", ...others] = ids.map(shortJobId);
  const who = others.length === 0 ? `${first} goes on` : `${ids.length} jobs go on`;
  const hint =
    others.length === 0
      ? `look: berth job ${first}, end: berth cancel --terminate ${first}`
      : "look: berth jobs --watch";
  return new CliError(`detached; ${who}`, { hint, exitCode: 130 });
};
