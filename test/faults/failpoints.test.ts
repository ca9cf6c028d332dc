import { readdirSync, readFileSync } from "node:fs";
import t from "tap";
import { crashChain, FLEET_FAILPOINTS, RESTART_FAILPOINTS } from "../support/crash-chain.ts";

// Where the engine or the store has already done what was asked and nobody knows. The other places, and all in the middle of several tasks, are
// in test/long/failpoints.long.ts; over simulated engines every place is in fleet-owners.test.ts.
const CHAINS: readonly (readonly string[])[] = [
  ["place.committed", "launch.created", "launch.started"],
  ["owner.acquired", "janitor.before-remove"],
];

t.setTimeout(600_000);
t.jobs = CHAINS.length;

t.test("the list of failpoints has every one of the fleet's loops", async (t) => {
  const folder = new URL("../../src/fleet/control/", import.meta.url);
  const sources = readdirSync(folder).map((file) => readFileSync(new URL(file, folder), "utf8"));
  const found = sources.flatMap((source) =>
    [...source.matchAll(/failpoints\.hit\("([^"]+)"/g)].map(([, name]) => name),
  );
  t.strictSame([...FLEET_FAILPOINTS, ...RESTART_FAILPOINTS].sort(), [...new Set(found)].sort());
  t.strictSame(
    CHAINS.flat().filter((name) => !FLEET_FAILPOINTS.includes(name)),
    [],
  );
});

for (const chain of CHAINS)
  t.test(`control planes that die at ${chain.join(", ")} run every task once`, { buffered: true }, (t) =>
    crashChain(
      t,
      chain.map((name) => ({ name })),
    ),
  );
