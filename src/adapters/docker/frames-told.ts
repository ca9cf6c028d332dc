/** Where reading a container's output again goes on behind what was told. */
export interface ToldPosition {
  /** From what time to read again, inclusive; absent: from where the first reading began. */
  readonly from?: string;
  /** Times of the frames told from there on, in their order: they will be told again. */
  readonly times: readonly string[];
}

/** Remembers how far a container's output was told. */
export interface FramesTold {
  count(at: string): void;
  position(): ToldPosition;
}

/** Frames may stand in the file a little out of the order of their times, but by no more than so many. */
const REMEMBERED = 1_000;

export const framesTold = (): FramesTold => {
  let recent: string[] = [];
  /** Frames that stand before the recent ones and are not earlier than their first. */
  let ahead: readonly string[] = [];
  return {
    count(at) {
      recent.push(at);
      if (recent.length < 2 * REMEMBERED) return;
      const older = recent.slice(0, REMEMBERED);
      recent = recent.slice(REMEMBERED);
      const mark = recent[0] as string;
      ahead = older.filter((time) => time >= mark);
    },
    position() {
      const [mark] = recent;
      if (mark === undefined) return { times: [] };
      return { from: mark, times: [...ahead, ...recent.filter((time) => time >= mark)] };
    },
  };
};

/** How many of the frames that come now were told before, by the first of them; `undefined`: what follows what was told is gone. */
export const framesToSkip = ({ times }: ToldPosition, first: string): number | undefined => {
  if (times.length === 0 || first === times[0]) return times.length;
  const index = times.lastIndexOf(first);
  return index < 0 ? undefined : times.length - index;
};
