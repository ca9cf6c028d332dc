import type { RecordStore } from "./records.ts";

/** Attempts before giving up: each lost one means that somebody else's change was made. */
const ATTEMPTS = 20;

/**
 * Reads a record, decides its next value and replaces it, again where another change came between. A decision that throws
 * changes nothing; it is told the version that its value would be. One that answers the very value it was given neither. `undefined`: no such record.
 */
export const changeRecord = async <T>(
  store: RecordStore<T>,
  id: string,
  termsOf: (value: T) => readonly string[],
  decide: (value: T, version: number) => T,
): Promise<T | undefined> => {
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const [stored] = await store.get([id]);
    if (!stored) return undefined;
    const next = decide(stored.value, stored.version + 1);
    if (next === stored.value) return next;
    const replaced = await store.replace(id, stored.version, next, termsOf(next));
    if (replaced) return replaced.value;
  }
  throw new Error(`record ${id} changed ${ATTEMPTS} times while it was being changed`);
};
