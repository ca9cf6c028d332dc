import type { HostAnswer } from "../answers.ts";
import { table } from "./table.ts";
import { lastOf } from "./words.ts";

const stateOf = ({ state, health }: HostAnswer): string => (health === "CONNECTED" ? state : `${state}, ${health}`);

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
      ledger.pendingTasks > 0 ? `${ledger.runningTasks}+${ledger.pendingTasks}` : ledger.runningTasks,
      Object.keys(ledger.ports).join(" "),
      host.attributes["ecs.availability-zone"],
      host.publishAddress,
      host.engine.docker,
    ];
  });
  const head = ["HOST", "CLUSTER", "STATE", "CPU FREE", "MIB FREE", "TASKS", "PORTS", "ZONE", "ADDRESS", "ENGINE"];
  return table(head, rows);
};
