import type { Task } from "../../../fleet/index.ts";
import { taskHealth } from "../health.ts";
import { detailsOf } from "../task-details.ts";
import type { ServiceTask } from "./decision.ts";

const hasHealthCheck = ({ spec }: Pick<Task, "spec">): boolean =>
  spec.containers.some(({ essential, healthCheck }) => essential && healthCheck);

/** A task of the fleet as a decision about its service sees it. */
export const asServiceTask = (task: Task): ServiceTask => {
  const { id, host, desired, observed, createdAt, stop, network } = task;
  const { startedBy = "", protectedUntil, capacityProviderName } = detailsOf(task);
  const { status, startedAt, stoppedAt } = observed;
  return {
    id,
    host,
    deployment: startedBy,
    desired,
    status,
    createdAt,
    ...(hasHealthCheck(task) && { health: taskHealth(task) }),
    ...(startedAt !== undefined && { startedAt }),
    ...(stoppedAt !== undefined && { stoppedAt }),
    ...(stop && { stop: { code: stop.code, reason: stop.reason } }),
    ...(protectedUntil !== undefined && { protectedUntil }),
    ...(network && { zone: network.zone }),
    ...(capacityProviderName !== undefined && { capacityProvider: capacityProviderName }),
  };
};
