/** Things to be looked at by key: each at once, none twice at a time, and only so many at a time. */
export interface KeyedWork {
  /** It is to be looked at. While it waits that changes nothing; while it is looked at it is looked at once more. */
  due(key: string): void;
  /** Resolves when nothing is looked at any more; what waits is not begun. */
  close(): Promise<void>;
}

/** Calls `look` for every key that is due. It must not throw. */
export const keyedWork = (look: (key: string) => Promise<void>, atATime: number): KeyedWork => {
  const waiting = new Set<string>();
  const underWay = new Map<string, Promise<void>>();
  let isOver = false;

  const begin = (): void => {
    for (const key of waiting) {
      if (isOver || underWay.size >= atATime) return;
      if (underWay.has(key)) continue;
      waiting.delete(key);
      const looking = look(key).finally(() => {
        underWay.delete(key);
        begin();
      });
      underWay.set(key, looking);
    }
  };

  return {
    due(key) {
      waiting.add(key);
      begin();
    },
    async close() {
      isOver = true;
      await Promise.all(underWay.values());
    },
  };
};
