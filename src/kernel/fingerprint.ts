import { createHash } from "node:crypto";

/** The same digest for the same parameters, in whatever order their members stand. */
export const fingerprintOf = (parameters: object): string =>
  createHash("sha256")
    .update(JSON.stringify(sorted(parameters)))
    .digest("hex");

const sorted = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, member]) => member !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, member]) => [key, sorted(member)]),
  );
};

/** A UUID that always is the same for the same parts: an id for what has none of its own. */
export const uuidOf = (...parts: readonly string[]): string => {
  const hex = createHash("sha256").update(parts.join("\0")).digest("hex");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join("-");
};
