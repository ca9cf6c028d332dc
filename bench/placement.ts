/**
 * How fast the scheduler decides: one task on 100, 1,000 and 10,000 hosts, and ten tasks at once, with what a typical
 * request asks. Prints CPU milliseconds per plan and plans a second, and the cost over that of only reading every host's free
 * resources, the least any scheduler without an index does.
 *
 * Seen on two busy cores: one task on 100 hosts 0.1 to 0.4 ms, on 1,000 1 to 2.5 ms, on 10,000 20 to 100 ms, nearly all of it
 * the explanation of every host. Ten tasks cost ten times that and more, by garbage.
 *
 *   node --import=tsx bench/placement.ts
 */
import { place } from "../src/fleet/model/place.ts";
import type { PlacementStrategy } from "../src/fleet/model/placement.ts";
import { type Asked, aHost, aRequest, aView, ports, seeded } from "../test/unit/scheduler-fixtures.ts";

const random = seeded(1);

const clusterOf = (size: number) =>
  aView(
    Array.from({ length: size }, (_, index) =>
      aHost(`host-${index}`, {
        attributes: { "ecs.availability-zone": `zone-${index % 3}`, "ecs.instance-type": `t2.${index % 5}` },
        ledger: {
          free: { cpuUnits: Math.floor(random() * 2048), memoryMiB: Math.floor(random() * 1024) },
          ports: { "tcp/8080": "t-1", "tcp/40000": "t-1" },
          groups: { "family:web": index % 4 },
        },
      }),
    ),
  );

const ZONES: readonly PlacementStrategy[] = [
  { type: "spread", field: "attribute:ecs.availability-zone" },
  { type: "binpack", field: "memory" },
];

const CASES: readonly (readonly [name: string, asked: Asked])[] = [
  ["default strategy", {}],
  ["zones, then binpack", { strategies: ZONES }],
  ["memberOf", { constraints: [{ type: "memberOf", expression: "attribute:ecs.instance-type =~ t2.[0-3]" }] }],
  ["two ports", { ports: ports("tcp/80:9090", "tcp/81") }],
  ["ten tasks", { count: 10, strategies: ZONES }],
];

/** CPU milliseconds per run, after a warm-up: a busy machine changes them less than the clock's. */
const measure = (run: () => unknown): number => {
  for (let round = 0; round < 5; round++) run();
  const before = process.cpuUsage();
  let rounds = 0;
  let spent = 0;
  while (spent < 400_000 || rounds < 5) {
    for (let round = 0; round < 5; round++) run();
    rounds += 5;
    const { user, system } = process.cpuUsage(before);
    spent = user + system;
  }
  return spent / rounds / 1000;
};

for (const size of [100, 1_000, 10_000]) {
  const view = clusterOf(size);
  const least = measure(() => view.hosts.filter(({ ledger }) => ledger.free.memoryMiB >= 128));
  for (const [name, asked] of CASES) {
    const request = aRequest(asked);
    const took = measure(() => place(request, view, random));
    const figures = `${took.toFixed(3)} CPU ms a plan, ${(1000 / took).toFixed(0)} plans/s, ${Math.round(took / least)} × reading`;
    console.log(`${String(size).padStart(6)} hosts, ${name}: ${figures}`);
  }
}
