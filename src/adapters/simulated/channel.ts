/** A queue that one reader drains as an async iterable: what is pushed before it reads is kept. */
export interface Channel<Item> {
  push(item: Item): void;
  /** What was pushed is still read, then the iteration ends. */
  end(): void;
  /** What was pushed is still read, then the iteration throws. */
  fail(error: Error): void;
  readonly items: AsyncIterable<Item>;
}

/** Makes a channel; `left` is called when its reader has ended, for whatever reason. */
export const channel = <Item>(left: () => void = () => {}): Channel<Item> => {
  const waiting: Item[] = [];
  let ending: { error?: Error } | undefined;
  let wake = () => {};
  async function* read(): AsyncGenerator<Item> {
    try {
      for (;;) {
        while (waiting.length > 0) yield waiting.shift() as Item;
        if (ending?.error) throw ending.error;
        if (ending) return;
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    } finally {
      left();
    }
  }
  const finish = (how: { error?: Error }) => {
    ending ??= how;
    wake();
  };
  return {
    push(item) {
      if (ending) return;
      waiting.push(item);
      wake();
    },
    end: () => finish({}),
    fail: (error) => finish({ error }),
    items: read(),
  };
};
