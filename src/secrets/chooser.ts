import type { Random } from "../kernel/random.ts";
import type { Choose } from "./model/password.ts";

/** Chooses by the machine's secure source: 32 bits at a time, and those thrown away that would make low numbers likelier. */
export const chooserOf =
  (random: Pick<Random, "hex">): Choose =>
  (below) => {
    const fair = 2 ** 32 - (2 ** 32 % below);
    for (;;) {
      const drawn = Number.parseInt(random.hex(8), 16);
      if (drawn < fair) return drawn % below;
    }
  };
