import { unsatisfied } from "./constraints.ts";

export const DAY_MS = 86_400_000;

const RETENTION_DAYS = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];

/** Checks how many days a group keeps its events. Throws InvalidParameterException. */
export const checkRetention = (days: number): number => {
  if (!RETENTION_DAYS.includes(days))
    throw unsatisfied("retentionInDays", days, `satisfy enum value set: [${RETENTION_DAYS.join(", ")}]`);
  return days;
};

/** Events before this time have expired; 0 where none ever does. */
export const expiredBefore = (retentionInDays: number | undefined, now: number): number =>
  retentionInDays === undefined ? 0 : now - retentionInDays * DAY_MS;
