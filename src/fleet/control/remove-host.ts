import type { Clock } from "../../kernel/clock.ts";
import type { HostView } from "../model/host.ts";
import type { HostId } from "../model/ids.ts";
import type { HostStore, TaskStore } from "../ports.ts";

interface RemovalDeps {
  readonly hosts: HostStore;
  readonly tasks: TaskStore;
  readonly clock: Clock;
}

/** Out of the pool for everybody but its owner, who stops and cleans up what is left on it. */
export const isRemoved = ({ state }: HostView): boolean => state === "INACTIVE";

/**
 * Takes a host out of the pool at once; it is forgotten when its owner has cleaned it up. By force its tasks are asked to stop;
 * otherwise `false` while it has any.
 */
export const removeHost = async (
  { hosts, tasks, clock }: RemovalDeps,
  id: HostId,
  force: boolean,
): Promise<boolean> => {
  const [host] = await hosts.get([id]);
  if (!host) return false;
  if (!force && host.ledger.runningTasks + host.ledger.pendingTasks > 0) return false;
  // In this order no new task can slip in while the present ones stop.
  await hosts.setState(id, "INACTIVE", clock.now());
  await forget({ hosts, tasks, clock }, host);
  return true;
};

/** Goes on with the hosts that were removed, where a crash may have cut that short too: stops what runs there, forgets those that are empty. */
export const forgetRemovedHosts = async (deps: RemovalDeps): Promise<void> => {
  for (const host of await deps.hosts.list()) if (isRemoved(host)) await forget(deps, host);
};

const forget = async ({ hosts, tasks, clock }: RemovalDeps, { id, ec2InstanceId }: HostView): Promise<void> => {
  const reason = `Host EC2 (instance ${ec2InstanceId}) terminated.`;
  for (const task of await tasks.onHost(id)) {
    await tasks.requestStop(task, { code: "TerminationNotice", reason, at: clock.now() });
  }
  await hosts.remove(id, clock.now());
};
