import { fieldsOf, pickedFields } from "./fields.ts";
import { KEYS } from "./keys.ts";
import type { RedisStore } from "./store.ts";
import { answered } from "./store-errors.ts";

/** Where an account and the tasks it stands for disagree: a bug, whichever is right. */
export interface LedgerDifference {
  /** A host's id, or an engine's for the ports its slices share and the addresses in its networks. */
  readonly account: string;
  /** `free cpuUnits`, `port tcp/8080`, `address 10.42.7.130`, `group web`, `runningTasks`, … */
  readonly entry: string;
  readonly found: string;
  readonly tasks: string;
}

type Entries = Record<string, string>;

const TASK = ["id", "isLive", "status", "desired", "cpu", "memory", "ports", "group", "engine", "countsAs"] as const;
const HOST = [
  "cluster",
  "declaredCpu",
  "declaredMemory",
  "freeCpu",
  "freeMemory",
  "runningTasks",
  "pendingTasks",
] as const;

type CheckedTask = ReadonlyMap<string, string>;
type HostAccount = readonly [id: string, host: string[], ports: string[], groups: string[], tasks: string[][]];

const prefixed = (prefix: string, entries: Iterable<readonly [string, string]>): Entries =>
  Object.fromEntries([...entries].map(([name, value]) => [`${prefix} ${name}`, value]));

const heldIn = (space: string, as: "port" | "address", tasks: readonly CheckedTask[]): Entries =>
  Object.fromEntries(
    tasks.flatMap((task) =>
      [...(task.get("ports") ?? "").matchAll(/(\S+) (\S+)/g)]
        .filter((claim) => claim[1] === space)
        .map((claim) => [`${as} ${claim[2]}`, task.get("id") ?? ""]),
    ),
  );

const sum = (tasks: readonly CheckedTask[], field: string): number =>
  tasks.reduce((total, task) => total + Number(task.get(field)), 0);

const countBy = (tasks: readonly CheckedTask[], field: string): Map<string, string> => {
  const counts = new Map<string, string>();
  for (const task of tasks) {
    const value = task.get(field) ?? "";
    counts.set(value, String(Number(counts.get(value) ?? 0) + 1));
  }
  return counts;
};

/** What a host's account must say, by what its tasks hold. */
const expected = (host: CheckedTask, tasks: readonly CheckedTask[]): Entries => {
  const counts = countBy(tasks, "countsAs");
  return {
    "free cpuUnits": String(Number(host.get("declaredCpu")) - sum(tasks, "cpu")),
    "free memoryMiB": String(Number(host.get("declaredMemory")) - sum(tasks, "memory")),
    runningTasks: counts.get("runningTasks") ?? "0",
    pendingTasks: counts.get("pendingTasks") ?? "0",
    ...prefixed(
      "group",
      countBy(
        tasks.filter((task) => task.get("desired") === "RUNNING"),
        "group",
      ),
    ),
    ...heldIn("host", "port", tasks),
    // A task that is not STOPPED and that its host does not look at would run for ever.
    ...prefixed(
      "looked at",
      tasks.map((task) => [task.get("id") ?? "", "1"] as const),
    ),
  };
};

const found = (
  host: CheckedTask,
  ports: readonly string[],
  groups: readonly string[],
  tasks: readonly CheckedTask[],
) => ({
  "free cpuUnits": host.get("freeCpu") ?? "",
  "free memoryMiB": host.get("freeMemory") ?? "",
  runningTasks: host.get("runningTasks") ?? "",
  pendingTasks: host.get("pendingTasks") ?? "",
  ...prefixed("group", fieldsOf(groups)),
  ...prefixed("port", fieldsOf(ports)),
  ...prefixed(
    "looked at",
    tasks.map((task) => [task.get("id") ?? "", task.get("isLive") ?? ""] as const),
  ),
});

const differences = (account: string, ledger: Entries, tasks: Entries): LedgerDifference[] =>
  [...new Set([...Object.keys(ledger), ...Object.keys(tasks)])]
    .filter((entry) => ledger[entry] !== tasks[entry])
    .map((entry) => ({ account, entry, found: ledger[entry] ?? "nothing", tasks: tasks[entry] ?? "nothing" }));

const engineDifferences = (
  engine: string,
  enginePorts: readonly string[],
  addresses: readonly string[],
  accounts: readonly HostAccount[],
) => {
  const onEngine: CheckedTask[] = [];
  const ofHosts = accounts.flatMap(([id, hostValues, ports, groups, taskValues]) => {
    const host = pickedFields(HOST, hostValues);
    const tasks = taskValues
      .map((values) => pickedFields(TASK, values))
      .filter((task) => task.get("status") !== "STOPPED");
    onEngine.push(...tasks.filter((task) => task.get("engine") === engine));
    return differences(id, found(host, ports, groups, tasks), expected(host, tasks));
  });
  return [
    ...ofHosts,
    ...differences(engine, prefixed("port", fieldsOf(enginePorts)), heldIn("engine", "port", onEngine)),
    ...differences(engine, prefixed("address", fieldsOf(addresses)), heldIn("network", "address", onEngine)),
  ];
};

/**
 * Compares every account with the tasks it stands for, each engine's at one moment. Nothing is mended: an account changes only inside the
 * move that changes a task, so a difference is a bug to be reported.
 */
export const ledgerDifferences = async ({ redis, run }: RedisStore): Promise<LedgerDifference[]> => {
  const hosts = await answered(redis.smembers(KEYS.hosts));
  const engineIds = await Promise.all(hosts.map((id) => answered(redis.hget(KEYS.host + id, "engineId"))));
  const all: LedgerDifference[] = [];
  for (const engine of new Set(engineIds.filter((id) => id !== null))) {
    const [ports, addresses, ...accounts] = (await run("ledger", [], [engine])) as [
      string[],
      string[],
      ...HostAccount[],
    ];
    all.push(...engineDifferences(engine, ports, addresses, accounts));
  }
  return all;
};
