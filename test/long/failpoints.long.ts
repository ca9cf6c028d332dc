import t from "tap";
import { crashChain } from "../support/crash-chain.ts";

// The same places as in test/faults/failpoints.test.ts, but in the middle of several tasks: some have passed it already.
const POINTS = [
  "place.before-commit",
  "place.committed",
  "launch.before-create",
  "launch.created",
  "launch.before-start",
  "launch.started",
  "observe.before-record",
  "janitor.before-remove",
];

t.setTimeout(1_800_000);

for (const passes of [1, 3])
  t.test(`control planes that die after ${passes} passes of every failpoint run every task once`, (t) =>
    crashChain(
      t,
      POINTS.map((name) => ({ name, passes })),
    ),
  );
