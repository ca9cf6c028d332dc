/** What was done while it was counted. */
export interface Flow {
  readonly perSecond: number;
  /** By how much the gauge rose for each run that ended. */
  readonly gaugePerRun: number;
}

/**
 * Keeps `atOnce` runs of `work` going for `warmMs + countMs` and counts those that end in the second part: by then what a run leaves to be
 * done later (Berth removes a container ten seconds after its end) is being done too. Resolves when the last runs have ended.
 */
export const flow = async (
  work: () => Promise<void>,
  gauge: () => Promise<number>,
  { atOnce, warmMs, countMs }: { atOnce: number; warmMs: number; countMs: number },
): Promise<Flow> => {
  const ends: number[] = [];
  let isOver = false;
  const lane = async (): Promise<void> => {
    while (!isOver) {
      await work();
      ends.push(performance.now());
    }
  };
  const lanes = Promise.all(Array.from({ length: atOnce }, lane));
  // A lane that fails ends the measuring, too.
  await Promise.race([lanes, after(warmMs)]);
  const from = performance.now();
  const before = await gauge();
  await Promise.race([lanes, after(countMs)]);
  const until = performance.now();
  const rise = (await gauge()) - before;
  isOver = true;
  await lanes;
  return {
    perSecond: wholeRunsPerSecond(ends, from, until),
    gaugePerRun: rise / endedBetween(ends, from, until).length,
  };
};

const endedBetween = (ends: readonly number[], from: number, until: number): number[] =>
  ends.filter((end) => end > from && end <= until);

/** From the last end before counting to the last end in it, so that no run is counted by halves. */
const wholeRunsPerSecond = (ends: readonly number[], from: number, until: number): number => {
  const first = ends.filter((end) => end <= from).at(-1) ?? from;
  const counted = endedBetween(ends, first, until);
  const last = counted.at(-1);
  if (last === undefined) throw new Error("nothing ended while it was counted");
  return (counted.length * 1000) / (last - first);
};

const after = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
