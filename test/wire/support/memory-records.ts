import type { RecordStore, Stored } from "../../../src/kernel/records.ts";

/** Documents in memory, without terms: what a test of a wing needs of the store. */
export const memoryRecords = <T>(): RecordStore<T> => {
  const byId = new Map<string, Stored<T>>();
  const put = (id: string, value: T, version: number): Stored<T> => {
    const stored = { id, value, version };
    byId.set(id, stored);
    return stored;
  };
  return {
    get: async (ids) => ids.map((id) => byId.get(id)),
    create: async (id, value) => (byId.has(id) ? undefined : put(id, value, 1)),
    createNext: () => Promise.reject(new Error("no test needs numbered documents")),
    replace: async (id, version, value) =>
      byId.get(id)?.version === version ? put(id, value, version + 1) : undefined,
    remove: async (id) => byId.delete(id),
    find: async () => [...byId.keys()].sort(),
  };
};
