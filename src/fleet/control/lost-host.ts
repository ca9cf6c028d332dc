import type { HostContext } from "./host-context.ts";

/** Declares the tasks of a host that cannot be reached STOPPED. What still runs there is stopped when it is seen again; its result is not looked at. */
export const endTasksOfLostHost = async ({
  deps,
  host,
  lease,
}: Pick<HostContext, "deps" | "host" | "lease">): Promise<void> => {
  const reason = `Host EC2 (instance ${host.ec2InstanceId}) terminated.`;
  for (const task of await deps.tasks.get(await deps.tasks.onHost(host.id))) {
    if (!task || task.observed.status === "STOPPED") continue;
    const at = deps.clock.now();
    await deps.tasks.requestStop(task.id, { code: "TerminationNotice", reason, at }, lease.epoch);
    const containers = task.observed.containers.map((state) =>
      state.status === "STOPPED" ? state : { ...state, status: "STOPPED" as const, reason },
    );
    await deps.tasks.observe(
      task.id,
      lease.epoch,
      { ...task.observed, status: "STOPPED", containers, stoppedAt: at },
      at,
    );
  }
};
