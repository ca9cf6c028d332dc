import { readdirSync, readFileSync } from "node:fs";
import t from "tap";
import { crashChain } from "../support/crash-chain.ts";

const CHAINS: readonly (readonly string[])[] = [
  ["place.before-commit", "place.committed", "launch.before-create", "launch.created"],
  ["launch.before-start", "launch.started", "observe.before-record"],
  ["owner.acquired", "janitor.before-remove"],
];

t.setTimeout(600_000);
t.jobs = CHAINS.length;

t.test("the chains have every failpoint of the fleet's loops", async (t) => {
  const folder = new URL("../../src/fleet/control/", import.meta.url);
  const sources = readdirSync(folder).map((file) => readFileSync(new URL(file, folder), "utf8"));
  const found = sources.flatMap((source) =>
    [...source.matchAll(/failpoints\.hit\("([^"]+)"/g)].map(([, name]) => name),
  );
  t.strictSame(CHAINS.flat().sort(), [...new Set(found)].sort());
});

for (const chain of CHAINS)
  t.test(`control planes that die at ${chain.join(", ")} run every task once`, { buffered: true }, (t) =>
    crashChain(
      t,
      chain.map((name) => ({ name })),
    ),
  );
