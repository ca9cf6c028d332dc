/**
 * Calls of one turn of the event loop made together, in their order, so many at a time: `make` answers for each. Those that fail together tell
 * the same failure.
 */
export const gathered = <Call, Answer>(
  atMost: number,
  make: (calls: readonly Call[]) => Promise<readonly Answer[]>,
): ((call: Call) => Promise<Answer>) => {
  interface Waiting {
    readonly call: Call;
    readonly resolve: (answer: Answer) => void;
    readonly reject: (error: unknown) => void;
  }
  let waiting: Waiting[] = [];

  const makeSome = async (some: readonly Waiting[]): Promise<void> => {
    try {
      const answers = await make(some.map(({ call }) => call));
      for (const [i, { resolve }] of some.entries()) resolve(answers[i]!);
    } catch (error) {
      for (const { reject } of some) reject(error);
    }
  };

  const makeAll = (): void => {
    const all = waiting;
    waiting = [];
    for (let first = 0; first < all.length; first += atMost) void makeSome(all.slice(first, first + atMost));
  };

  return (call) =>
    new Promise((resolve, reject) => {
      if (waiting.length === 0) setImmediate(makeAll);
      waiting.push({ call, resolve, reject });
    });
};
