import type { Deployment } from "@aws-sdk/client-ecs";
import type { ServiceWhyAnswer } from "../answers.ts";
import type { ServiceReasons } from "../services/reasons.ts";
import { countWords } from "./services.ts";
import { endReason, exitCodes, familyAndRevision } from "./tasks.ts";
import { ago, counted, lastOf, shortId, until } from "./words.ts";

const deploymentLine = (deployment: Deployment): string => {
  const { status, taskDefinition, failedTasks = 0, rolloutState, rolloutStateReason } = deployment;
  const failed = failedTasks > 0 ? `, ${counted(failedTasks, "task")} failed` : "";
  return `  ${status} ${familyAndRevision(taskDefinition)}: ${countWords(deployment)}${failed}. ${rolloutState}: ${rolloutStateReason}`;
};

type Waiting = ServiceWhyAnswer["deployments"][number];

const roomLine = ({ tasks, since, ahead, reason }: NonNullable<Waiting["waiting"]>, now: number): string => {
  const others = ahead > 0 ? `, behind ${counted(ahead, "other")}` : "";
  return `${tasks === 1 ? "1 task waits" : `${tasks} tasks wait`} for room, the first since ${ago(since, now)}${others}: ${reason}`;
};

/** What a deployment waits for, in sentences. */
const waitLines = (
  { failedTasks, givesUpAfter, failedStarts, nextStartAt, unplaced, waiting }: Waiting,
  now: number,
): string[] => [
  ...(unplaced ? [`    waits for room since ${ago(unplaced.since, now)}: ${unplaced.reason}`] : []),
  ...(waiting ? [`    ${roomLine(waiting, now)}`] : []),
  ...(nextStartAt === undefined
    ? []
    : [`    starts again in ${until(nextStartAt, now)}: ${counted(failedStarts, "round")} of starts failed in a row`]),
  ...(failedTasks > 0 && givesUpAfter !== undefined
    ? [`    gives up after ${counted(givesUpAfter, "failed task")}`]
    : []),
];

const EVENTS_SHOWN = 10;

/** Why a service is as it is: its deployments and what they wait for, the tasks of it that ended last, and what ECS says of it. */
export const serviceWhyText = ({ service, ended, why }: ServiceReasons, now: number): string => {
  const { serviceName, clusterArn, status, deployments = [], events = [] } = service;
  const when = (at: Date | undefined): string => `${ago(at, now) ?? "?"} ago`;
  const waits = new Map(why.deployments.map((one) => [one.deployment, waitLines(one, now)]));
  const endings = ended.map(
    (task) =>
      `  ${shortId(task.taskArn)} ${when(task.stoppedAt)}: ${endReason(task)}${exitCodes(task) && ` (exit ${exitCodes(task)})`}`,
  );
  const said = events.slice(0, EVENTS_SHOWN).map(({ createdAt, message }) => `  ${when(createdAt)}: ${message}`);
  const { protectedTasks, protectedUntil } = why;
  return [
    `Service ${serviceName} of cluster ${lastOf(clusterArn)} is ${status}: ${countWords(service)}.`,
    ...(protectedUntil === undefined
      ? []
      : [`${counted(protectedTasks, "task")} must not be stopped, the last for ${until(protectedUntil, now)} more.`]),
    ...section(
      "Deployments",
      deployments.flatMap((one) => [deploymentLine(one), ...(waits.get(one.id ?? "") ?? [])]),
    ),
    ...section("Tasks that ended last", endings),
    ...section("Events, newest first", said),
  ].join("\n");
};

const section = (head: string, lines: readonly string[]): string[] =>
  lines.length === 0 ? [] : ["", `${head}:`, ...lines];
