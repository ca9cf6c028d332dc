import type { HostAnswer, UseAnswer } from "../answers.ts";
import { table } from "./table.ts";
import { shortId } from "./words.ts";

const MIB = 1_048_576;
const NANOS_PER_MS = 1_000_000;
const UNITS_PER_CORE = 1024;

type TaskUse = UseAnswer["tasks"][number];

/** CPU units in use between two readings; `undefined` where a container was not in both, or began anew. */
const cpuUnits = (before: TaskUse | undefined, now: TaskUse, elapsedMs: number): number | undefined => {
  if (elapsedMs <= 0) return undefined;
  let nanos = 0;
  for (const { name, cpuNanos } of now.containers) {
    const earlier = before?.containers.find((container) => container.name === name)?.cpuNanos;
    if (earlier === undefined || cpuNanos < earlier) return undefined;
    nanos += cpuNanos - earlier;
  }
  return (nanos / NANOS_PER_MS / elapsedMs) * UNITS_PER_CORE;
};

const memoryMiB = ({ containers }: TaskUse): number =>
  containers.reduce((sum, { memoryBytes }) => sum + memoryBytes, 0) / MIB;

const against = (used: number | undefined, limit: number | undefined): string =>
  `${used === undefined ? "…" : Math.round(used)}/${limit ?? "-"}`;

const share = (used: number | undefined, limit: number | undefined): string | undefined =>
  used === undefined || !limit ? undefined : `${Math.round((used / limit) * 100)}%`;

/** What hosts and tasks use against what they have, by two readings; the busiest tasks first. */
export const topText = (
  hosts: readonly HostAnswer[],
  before: UseAnswer,
  now: UseAnswer,
  definitionOf: (task: string) => string | undefined,
): string => {
  const elapsedMs = now.at - before.at;
  const byId = new Map(before.tasks.map((use) => [use.task, use]));
  const uses = now.tasks.map((use) => ({
    use,
    cpu: cpuUnits(byId.get(use.task), use, elapsedMs),
    memory: memoryMiB(use),
  }));
  const hostRows = hosts
    .toSorted((a, b) => a.id.localeCompare(b.id, "en", { numeric: true }))
    .map(({ id, declared, health, ledger }) => {
      const own = uses.filter(({ use }) => use.host === id);
      const cpu = own.reduce((sum, one) => sum + (one.cpu ?? 0), 0);
      const memory = own.reduce((sum, one) => sum + one.memory, 0);
      const held = [declared.cpuUnits - ledger.free.cpuUnits, declared.memoryMiB - ledger.free.memoryMiB];
      return health === "CONNECTED"
        ? [id, against(cpu, declared.cpuUnits), held[0], against(memory, declared.memoryMiB), held[1], own.length]
        : [id, health, held[0], undefined, held[1], undefined];
    });
  const taskRows = uses
    .toSorted((a, b) => (b.cpu ?? 0) - (a.cpu ?? 0) || b.memory - a.memory)
    .map(({ use, cpu, memory }) => [
      shortId(use.task),
      definitionOf(use.task),
      use.host,
      against(cpu, use.limits.cpuUnits),
      share(cpu, use.limits.cpuUnits),
      against(memory, memoryLimit(use)),
      share(memory, memoryLimit(use)),
    ]);
  const head = ["HOST", "CPU USED/OF", "RESERVED", "MIB USED/OF", "RESERVED", "TASKS"];
  const tasksHead = ["TASK", "DEFINITION", "HOST", "CPU USED/LIMIT", "", "MIB USED/LIMIT", ""];
  return [
    table(head, hostRows),
    "",
    taskRows.length > 0 ? table(tasksHead, taskRows) : "No tasks are running.",
    "",
    "CPU in units: 1024 are one core.",
  ].join("\n");
};

/** The task's own, or what its containers are held to together where that is less than a machine's. */
const memoryLimit = ({ limits, containers }: TaskUse): number | undefined => {
  if (limits.memoryMiB !== undefined) return limits.memoryMiB;
  const sum = containers.reduce((all, { memoryLimitBytes }) => all + memoryLimitBytes, 0);
  return containers.length > 0 ? Math.round(sum / MIB) : undefined;
};
