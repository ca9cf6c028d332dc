/** Remembers how much of a container's output was told, so that reading it again can go on behind that. */
export interface FramesTold {
  count(at: string): void;
  /** From what time to read again (inclusive; absent: from where the first reading began) and how many frames from there were told. */
  position(): { readonly from?: string; readonly told: number };
}

/** Frames may stand in the file a little out of the order of their times, but by no more than so many. */
const REMEMBERED = 1_000;

export const framesTold = (): FramesTold => {
  let recent: string[] = [];
  let from: string | undefined;
  /** Frames later than `from` that stand before it. */
  let ahead = 0;
  return {
    count(at) {
      recent.push(at);
      if (recent.length < 2 * REMEMBERED) return;
      const older = recent.slice(0, REMEMBERED);
      recent = recent.slice(REMEMBERED);
      const mark = recent[0] as string;
      from = mark;
      ahead = older.filter((time) => time >= mark).length;
    },
    position() {
      const mark = from;
      if (mark === undefined) return { told: recent.length };
      return { from: mark, told: ahead + recent.filter((time) => time >= mark).length };
    },
  };
};
