import type { Clock } from "../../kernel/clock.ts";

/** Makes times for log lines as Docker writes them, nine digits, each later than the one before. */
export const lineStamps = (clock: Clock): (() => string) => {
  let last = 0n;
  return () => {
    const now = BigInt(clock.now()) * 1_000_000n;
    last = now > last ? now : last + 1n;
    const seconds = new Date(Number(last / 1_000_000n)).toISOString().slice(0, 19);
    return `${seconds}.${String(last % 1_000_000_000n).padStart(9, "0")}Z`;
  };
};
