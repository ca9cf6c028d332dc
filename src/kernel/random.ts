/** Randomness from outside, so that a test can replay any history. */
export interface Random {
  /** In [0, 1). */
  next(): number;
  /** That many lower-case hexadecimal digits. */
  hex(digits: number): string;
  /** A version 4 UUID. */
  uuid(): string;
}
