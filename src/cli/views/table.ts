import Table from "cli-table3";

/** A table for people: no frames, so that its rows can be selected, grepped and cut. Nothing below a head is `-`. */
export const table = (head: readonly string[], rows: readonly (readonly (string | number | undefined)[])[]): string => {
  const drawn = new Table({
    head: [...head],
    chars: NO_FRAME,
    style: { head: [], border: [], "padding-left": 0, "padding-right": 2, compact: true },
  });
  for (const row of rows) drawn.push(row.map((cell) => (cell === undefined || cell === "" ? "-" : String(cell))));
  return drawn
    .toString()
    .split("\n")
    .map((line) => line.trimEnd())
    .join("\n");
};

const NO_FRAME = {
  top: "",
  "top-mid": "",
  "top-left": "",
  "top-right": "",
  bottom: "",
  "bottom-mid": "",
  "bottom-left": "",
  "bottom-right": "",
  left: "",
  "left-mid": "",
  mid: "",
  "mid-mid": "",
  right: "",
  "right-mid": "",
  middle: "",
};
