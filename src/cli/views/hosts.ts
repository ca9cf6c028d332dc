import type { FargateAnswer, HostAnswer } from "../answers.ts";
import { table } from "./table.ts";
import { lastOf } from "./words.ts";

const stateOf = ({ state, health }: Pick<HostAnswer, "state" | "health">): string =>
  health === "CONNECTED" ? state : `${state}, ${health}`;

const tasksOf = ({ runningTasks, pendingTasks }: Pick<FargateAnswer, "runningTasks" | "pendingTasks">) =>
  pendingTasks > 0 ? `${runningTasks}+${pendingTasks}` : runningTasks;

/** The pool: what each host declares and has free, and what runs on it. */
export const hostsTable = (hosts: readonly HostAnswer[]): string => {
  const byName = hosts.toSorted((a, b) => a.id.localeCompare(b.id, "en", { numeric: true }));
  const rows = byName.map((host) => {
    const { declared, ledger } = host;
    return [
      host.id,
      lastOf(host.cluster),
      stateOf(host),
      `${ledger.free.cpuUnits}/${declared.cpuUnits}`,
      `${ledger.free.memoryMiB}/${declared.memoryMiB}`,
      tasksOf(ledger),
      Object.keys(ledger.ports).join(" "),
      host.attributes["ecs.availability-zone"],
      host.publishAddress,
      host.engine.docker,
    ];
  });
  const head = ["HOST", "CLUSTER", "STATE", "CPU FREE", "MIB FREE", "TASKS", "PORTS", "ZONE", "ADDRESS", "ENGINE"];
  return table(head, rows);
};

const vCpus = (cpuUnits: number): number => Number((cpuUnits / 1024).toFixed(2));

/** Fargate's capacity: no hosts, so no names. */
export const fargateTable = (parts: readonly FargateAnswer[]): string => {
  const rows = parts.map(({ engine, total, used, free, ...rest }) => [
    ...[total, used, free].map(({ cpuUnits }) => vCpus(cpuUnits)),
    ...[total, used, free].map(({ memoryMiB }) => memoryMiB),
    tasksOf(rest),
    stateOf(rest),
    engine,
  ]);
  const head = ["FARGATE VCPU", "USED", "FREE", "MIB", "USED", "FREE", "TASKS", "STATE", "ENGINE"];
  return table(head, rows);
};
