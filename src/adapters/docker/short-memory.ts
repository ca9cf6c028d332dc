interface Answer<Value> {
  readonly until: number;
  readonly value: Promise<Value>;
}

/** Answers that serve again for a moment, for questions that come several times in a row. Failures are not kept. */
export interface ShortMemory<Value> {
  get(key: string, ask: () => Promise<Value>): Promise<Value>;
  forget(): void;
}

export const shortMemory = <Value>(keepMs: number, now: () => number): ShortMemory<Value> => {
  const answers = new Map<string, Answer<Value>>();
  return {
    async get(key, ask) {
      const at = now();
      const known = answers.get(key);
      if (known && at < known.until) return known.value;
      for (const [old, { until }] of answers) if (until <= at) answers.delete(old);
      const answer = { until: at + keepMs, value: ask() };
      answers.set(key, answer);
      try {
        return await answer.value;
      } catch (error) {
        if (answers.get(key) === answer) answers.delete(key);
        throw error;
      }
    },
    forget: () => answers.clear(),
  };
};
