/** The spread of some measurements. */
export interface Spread {
  readonly min: number;
  readonly median: number;
  readonly max: number;
}

/** Throws an Error where nothing was measured. */
export const spreadOf = (values: readonly number[]): Spread => {
  const sorted = [...values].sort((a, b) => a - b);
  const [min, max] = [sorted[0], sorted.at(-1)];
  if (min === undefined || max === undefined) throw new Error("nothing was measured");
  const middle = (sorted.length - 1) / 2;
  return { min, median: (sorted[Math.floor(middle)]! + sorted[Math.ceil(middle)]!) / 2, max };
};

/** One line: `Berth  2.11  2.20  2.31`. */
export const spreadLine = (name: string, values: readonly number[], unit: string, digits: number): string => {
  const { min, median, max } = spreadOf(values);
  const columns = [min, median, max].map((value) => value.toFixed(digits).padStart(8)).join("");
  return `  ${name.padEnd(26)}${columns}  ${unit}`;
};

/** Whether an aim is met, in words. */
export const verdict = (ratio: number, aim: { readonly least: number } | { readonly most: number }): string => {
  const isMet = "least" in aim ? ratio >= aim.least : ratio <= aim.most;
  const wanted = "least" in aim ? `at least ${aim.least}` : `at most ${aim.most}`;
  return `${ratio.toFixed(3)} (aim: ${wanted}; ${isMet ? "met" : "missed"})`;
};
