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

/** The first eight digits of a job's id, with a child's index: what tables show and every command takes. */
export const shortJobId = (id: string | undefined): string => (id ?? "").replace(/^([^:-]*)[^:]*/, "$1");

/** How long something took: `0.4s`, `12s`, `3m 20s`, `2h 5m`. */
export const lasted = (ms: number): string => {
  const seconds = Math.max(0, ms) / 1000;
  if (seconds < 9.95) return `${seconds.toFixed(1)}s`;
  if (seconds < 59.5) return `${Math.round(seconds)}s`;
  if (seconds < 3570) return `${Math.floor(Math.round(seconds) / 60)}m ${Math.round(seconds) % 60}s`;
  const minutes = Math.round(seconds / 60);
  return `${Math.floor(minutes / 60)}h ${minutes % 60}m`;
};

/** How long until then, in the largest fitting unit. */
export const until = (then: number, now: number): string => ago(now, then) ?? "";

const UNITS = ["B", "kB", "MB", "GB", "TB"];

/** Bytes as docker tells them, in powers of a thousand: `512B`, `1.98MB`. */
export const bytes = (count: number): string => {
  const power = Math.min(UNITS.length - 1, Math.floor(Math.log10(Math.max(1, count)) / 3));
  return `${Number((count / 1000 ** power).toPrecision(3))}${UNITS[power]}`;
};

/** `sha256:` and twelve digits: enough to tell images apart. */
export const shortDigest = (digest: string | undefined): string => digest?.slice(0, "sha256:".length + 12) ?? "";
