/** `1 task`, `3 tasks`. */
export const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? "" : "s"}`;

/** How long ago, in the largest fitting unit: `5s`, `3m`, `2h`, `4d`. */
export const ago = (then: Date | number | string | undefined, now: number): string | undefined => {
  if (then === undefined) return undefined;
  const seconds = Math.max(0, Math.round((now - new Date(then).getTime()) / 1000));
  if (seconds < 100) return `${seconds}s`;
  if (seconds < 6000) return `${Math.round(seconds / 60)}m`;
  if (seconds < 172_800) return `${Math.round(seconds / 3600)}h`;
  return `${Math.round(seconds / 86_400)}d`;
};

/** `a`, `a and b`, `a, b and c`. */
export const listed = (words: readonly string[]): string =>
  words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`;

/** The last part of an ARN: a task's id, a cluster's name. */
export const lastOf = (arn: string | undefined): string => arn?.split("/").at(-1) ?? "";

/** The first eight digits of a task's id: what tables show and every command takes. */
export const shortId = (arnOrId: string | undefined): string => lastOf(arnOrId).slice(0, 8);
