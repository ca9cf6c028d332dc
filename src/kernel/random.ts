import { randomBytes, randomUUID } from "node:crypto";

/** Randomness from outside, so that a test can replay any history. */
export interface Random {
  /** In [0, 1). */
  next(): number;
  /** That many lower-case hexadecimal digits. */
  hex(digits: number): string;
  /** A version 4 UUID. */
  uuid(): string;
}

/** The machine's own. */
export const systemRandom: Random = {
  next: Math.random,
  hex: (digits) =>
    randomBytes(Math.ceil(digits / 2))
      .toString("hex")
      .slice(0, digits),
  uuid: randomUUID,
};
