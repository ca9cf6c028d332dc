import type { ServiceTask } from "./decision.ts";
import { rollbackTarget } from "./deployments.ts";
import type { DeploymentRecord, ServiceRecord } from "./records.ts";

const KEPT_DEPLOYMENTS = 20;

/** Deployments without tasks are INACTIVE; of those so many are kept, and the one that could be gone back to; and what they name. */
export const pruned = (service: ServiceRecord, tasks: readonly ServiceTask[], now: number): ServiceRecord => {
  const running = new Set(tasks.filter(({ status }) => status !== "STOPPED").map(({ deployment }) => deployment));
  const aged = service.deployments.map((one) =>
    one.status === "ACTIVE" && !running.has(one.id) ? inactive(one, now) : one,
  );
  const candidate = rollbackTarget(service, aged[0]?.id ?? "")?.id;
  const past = aged.filter(({ status }) => status === "INACTIVE").slice(0, KEPT_DEPLOYMENTS);
  const deployments = aged.filter((one) => one.status !== "INACTIVE" || past.includes(one) || one.id === candidate);
  const named = new Set(
    deployments.flatMap(({ revision, sources, rollback }) => [revision, ...sources, rollback?.revision]),
  );
  return { ...service, deployments, revisions: service.revisions.filter(({ id }) => named.has(id)) };
};

/** A deployment whose last task is gone. */
export const inactive = (deployment: DeploymentRecord, now: number): DeploymentRecord => ({
  ...deployment,
  status: "INACTIVE",
  updatedAt: now,
});
