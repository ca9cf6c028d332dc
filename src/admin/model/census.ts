import type { HostView } from "../../fleet/index.ts";

/** Tasks by status and hosts by health, out of the hosts' accounts: one read, however many tasks there are. */
export const census = (
  hosts: readonly HostView[],
): { readonly tasks: Readonly<Record<string, number>>; readonly hosts: Readonly<Record<string, number>> } => {
  const byHealth = { CONNECTED: 0, DISCONNECTED: 0, LOST: 0 };
  for (const { health } of hosts) byHealth[health] += 1;
  const sum = (count: (host: HostView) => number): number => hosts.reduce((total, host) => total + count(host), 0);
  return {
    hosts: byHealth,
    tasks: {
      PENDING: sum(({ ledger }) => ledger.pendingTasks),
      RUNNING: sum(({ ledger }) => ledger.runningTasks),
    },
  };
};
