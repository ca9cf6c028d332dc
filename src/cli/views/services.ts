import type { Deployment, Service } from "@aws-sdk/client-ecs";
import { table } from "./table.ts";
import { familyAndRevision } from "./tasks.ts";
import { ago, lastOf } from "./words.ts";

const primaryOf = ({ deployments = [] }: Service): Deployment | undefined =>
  deployments.find(({ status }) => status === "PRIMARY");

/** Services for people, by name. */
export const servicesTable = (services: readonly Service[], now: number): string => {
  const clusters = new Set(services.map(({ clusterArn }) => clusterArn));
  const byName = services.toSorted((a, b) => (a.serviceName ?? "").localeCompare(b.serviceName ?? ""));
  const rows = byName.map((service) => [
    service.serviceName,
    ...(clusters.size > 1 ? [lastOf(service.clusterArn)] : []),
    service.schedulingStrategy,
    service.status,
    service.desiredCount,
    service.runningCount,
    service.pendingCount,
    familyAndRevision(service.taskDefinition),
    primaryOf(service)?.rolloutState,
    ago(service.createdAt, now),
  ]);
  const cluster = clusters.size > 1 ? ["CLUSTER"] : [];
  const counts = ["DESIRED", "RUNNING", "PENDING"];
  return table(["SERVICE", ...cluster, "STRATEGY", "STATUS", ...counts, "DEFINITION", "ROLLOUT", "AGE"], rows);
};

/** `3 of 4 running, 1 pending`. */
export const countWords = ({ desiredCount = 0, runningCount = 0, pendingCount = 0 }: Deployment | Service): string =>
  [`${runningCount} of ${desiredCount} running`, ...(pendingCount > 0 ? [`${pendingCount} pending`] : [])].join(", ");

/** How a roll stands, in one line: `web:3 2 of 4 running, 1 pending · web:2 2 of 2 running`. */
export const rollLine = ({ deployments = [] }: Service): string =>
  deployments.map((one) => `${familyAndRevision(one.taskDefinition)} ${countWords(one)}`).join(" · ");
