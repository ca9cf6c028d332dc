import t from "tap";
import { crashChain, FLEET_FAILPOINTS } from "../support/crash-chain.ts";

// Every place, for the first task and in the middle of several: some have passed it already. Of a place that is passed once a host, only the first.
const REPEATED = FLEET_FAILPOINTS.filter((name) => name !== "owner.acquired");

t.setTimeout(1_800_000);

t.test("control planes that die at every failpoint run every task once", (t) =>
  crashChain(
    t,
    FLEET_FAILPOINTS.map((name) => ({ name })),
  ),
);

for (const passes of [1, 3])
  t.test(`control planes that die after ${passes} passes of every failpoint run every task once`, (t) =>
    crashChain(
      t,
      REPEATED.map((name) => ({ name, passes })),
    ),
  );
