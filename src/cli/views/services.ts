import type { Deployment, Service, Task } from "@aws-sdk/client-ecs";
import { table } from "./table.ts";
import { endReason, exitCodes, familyAndRevision } from "./tasks.ts";
import { ago, counted, lastOf, shortId } from "./words.ts";

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
const countWords = ({ desiredCount = 0, runningCount = 0, pendingCount = 0 }: Deployment | Service): string =>
  [`${runningCount} of ${desiredCount} running`, ...(pendingCount > 0 ? [`${pendingCount} pending`] : [])].join(", ");

/** How a roll stands, in one line: `web:3 2 of 4 running, 1 pending · web:2 2 of 2 running`. */
export const rollLine = ({ deployments = [] }: Service): string =>
  deployments.map((one) => `${familyAndRevision(one.taskDefinition)} ${countWords(one)}`).join(" · ");

const deploymentLine = (deployment: Deployment): string => {
  const { status, taskDefinition, failedTasks = 0, rolloutState, rolloutStateReason } = deployment;
  const failed = failedTasks > 0 ? `, ${counted(failedTasks, "task")} failed` : "";
  return `  ${status} ${familyAndRevision(taskDefinition)}: ${countWords(deployment)}${failed}. ${rolloutState}: ${rolloutStateReason}`;
};

const EVENTS_SHOWN = 10;

/** Why a service is as it is: its deployments, the tasks of it that ended last, and what ECS says of it. */
export const serviceWhyText = (service: Service, ended: readonly Task[], now: number): string => {
  const { serviceName, clusterArn, status, deployments = [], events = [] } = service;
  const when = (at: Date | undefined): string => `${ago(at, now) ?? "?"} ago`;
  const endings = ended.map(
    (task) =>
      `  ${shortId(task.taskArn)} ${when(task.stoppedAt)}: ${endReason(task)}${exitCodes(task) && ` (exit ${exitCodes(task)})`}`,
  );
  const said = events.slice(0, EVENTS_SHOWN).map(({ createdAt, message }) => `  ${when(createdAt)}: ${message}`);
  return [
    `Service ${serviceName} of cluster ${lastOf(clusterArn)} is ${status}: ${countWords(service)}.`,
    ...section("Deployments", deployments.map(deploymentLine)),
    ...section("Tasks that ended last", endings),
    ...section("Events, newest first", said),
  ].join("\n");
};

const section = (head: string, lines: readonly string[]): string[] =>
  lines.length === 0 ? [] : ["", `${head}:`, ...lines];
