import type { Task } from "@aws-sdk/client-ecs";
import { table } from "./table.ts";
import { ago, lastOf, shortId } from "./words.ts";

/** `web:3` of a task definition's ARN. */
export const familyAndRevision = (arn: string | undefined): string => lastOf(arn);

/** Exit codes of a task's containers: alone as a number, else with names. Empty while none has ended. */
export const exitCodes = ({ containers = [] }: Task): string => {
  const ended = containers.filter(({ exitCode }) => exitCode !== undefined);
  if (containers.length === 1) return ended[0] ? String(ended[0].exitCode) : "";
  return ended.map(({ name, exitCode }) => `${name}=${exitCode}`).join(" ");
};

/** Why a task ended, in AWS's words, with what its containers add. */
export const endReason = ({ stoppedReason, containers = [] }: Task): string => {
  const more = containers.flatMap(({ reason }) => (reason && !stoppedReason?.includes(reason) ? [reason] : []));
  return [...(stoppedReason ? [stoppedReason] : []), ...more].join("; ");
};

/** Where a task is met: its published ports, or its own address while it has one. */
const metAt = ({ containers = [], attachments = [] }: Task): string =>
  [
    ...containers
      .flatMap(({ networkBindings = [] }) => networkBindings)
      .map(
        ({ bindIP, hostPort, containerPort, protocol }) =>
          `${bindIP}:${hostPort}->${containerPort}/${protocol ?? "tcp"}`,
      ),
    ...attachments
      .filter(({ status }) => status !== "DELETED")
      .flatMap(({ details = [] }) => details)
      .flatMap(({ name, value }) => (name === "privateIPv4Address" && value ? [value] : [])),
  ].join(" ");

const fargateWord = ({ launchType }: Task): string => (launchType === "FARGATE" ? launchType : "");

/** What a task has cost; nothing where it is not known to cost anything. */
const chargeWords = (dollars: number | undefined): string => (dollars === undefined ? "" : `$${dollars.toFixed(5)}`);

/** `hostOf` names the host of a container instance. With `dollarsByTask`, by ARN, a column tells what tasks on Fargate have cost. */
export const tasksTable = (
  tasks: readonly Task[],
  hostOf: (instanceArn: string) => string,
  now: number,
  dollarsByTask?: ReadonlyMap<string, number>,
): string => {
  const clusters = new Set(tasks.map(({ clusterArn }) => clusterArn));
  const newestFirst = tasks.toSorted((a, b) => (b.createdAt?.getTime() ?? 0) - (a.createdAt?.getTime() ?? 0));
  const rows = newestFirst.map((task) => [
    shortId(task.taskArn),
    ...(clusters.size > 1 ? [lastOf(task.clusterArn)] : []),
    familyAndRevision(task.taskDefinitionArn),
    task.lastStatus,
    task.containerInstanceArn ? hostOf(task.containerInstanceArn) : (task.capacityProviderName ?? fargateWord(task)),
    ago(task.startedAt, now),
    metAt(task),
    ...(dollarsByTask ? [chargeWords(dollarsByTask.get(task.taskArn ?? ""))] : []),
    exitCodes(task),
    endReason(task),
  ]);
  const cluster = clusters.size > 1 ? ["CLUSTER"] : [];
  const charge = dollarsByTask ? ["CHARGE"] : [];
  const head = ["TASK", ...cluster, "DEFINITION", "STATUS", "HOST", "STARTED", "PORTS", ...charge, "EXIT", "REASON"];
  return table(head, rows);
};
