/** Items of several sources in one order, each source being in that order already. Holds one item of each at a time. */
export async function* mergeInOrder<Item>(
  sources: readonly AsyncIterable<Item>[],
  isBefore: (one: Item, other: Item) => boolean,
): AsyncIterable<Item> {
  const iterators = sources.map((source) => source[Symbol.asyncIterator]());
  const heads = await Promise.all(iterators.map((iterator) => iterator.next()));
  try {
    for (;;) {
      let first: number | undefined;
      for (const [index, head] of heads.entries()) {
        if (head.done) continue;
        if (first === undefined || isBefore(head.value, heads[first]!.value)) first = index;
      }
      if (first === undefined) return;
      yield heads[first]!.value;
      heads[first] = await iterators[first]!.next();
    }
  } finally {
    leave(iterators);
  }
}

/** Items of several sources as they come, until all have ended. */
export async function* mergeAsTheyCome<Item>(sources: readonly AsyncIterable<Item>[]): AsyncIterable<Item> {
  const iterators = sources.map((source) => source[Symbol.asyncIterator]());
  const nextOf = async (iterator: AsyncIterator<Item>) => ({ iterator, result: await iterator.next() });
  const pending = new Map(iterators.map((iterator) => [iterator, nextOf(iterator)]));
  try {
    while (pending.size > 0) {
      const { iterator, result } = await Promise.race(pending.values());
      if (result.done) pending.delete(iterator);
      else {
        pending.set(iterator, nextOf(iterator));
        yield result.value;
      }
    }
  } finally {
    // One may have failed while another still waits: nobody is left to hear of it.
    for (const one of pending.values()) one.catch(() => {});
    leave(iterators);
  }
}

// Not awaited: a source that waits for its next item ends by the caller's signal, not by being asked.
const leave = (iterators: readonly AsyncIterator<unknown>[]): void => {
  for (const iterator of iterators) iterator.return?.()?.catch(() => {});
};
