import type { PlacementAnswer, VerdictAnswer } from "../answers.ts";
import { table } from "./table.ts";
import { ago, counted, lastOf, listed, shortId } from "./words.ts";

const neededWords = ({ cpuUnits, memoryMiB, ports }: PlacementAnswer["needed"]): string =>
  listed([
    `${cpuUnits} CPU units`,
    `${memoryMiB} MiB`,
    ...(ports.length > 0 ? [`${ports.length === 1 ? "port" : "ports"} ${ports.join(", ")}`] : []),
  ]);

const rulesWords = ({ constraints, strategies, explanation }: PlacementAnswer): string => {
  if (explanation.among) return "Batch's dispatcher chose the host.";
  const bound = constraints.map(({ type, expression }) => (expression ? `${type} ${expression}` : type));
  const ranked = strategies.map(({ type, field }) => (field ? `${type} ${field}` : type));
  return [
    bound.length > 0 ? `Only hosts that meet ${listed(bound)}.` : "No constraints.",
    ranked.length > 0 ? `Ranked by ${ranked.join(", then ")}.` : "Ranked by ECS's default.",
  ].join(" ");
};

const LIMITS_WORDS = {
  "task-cgroup": "Its limits are held over the whole task, by a cgroup.",
  containers: "Its limits are held by each container alone: the cgroups of its host's engine are out of reach.",
} as const;

/** Placed ones by rank, then those filtered out, by name. */
const inOrder = (hosts: readonly VerdictAnswer[]): VerdictAnswer[] =>
  hosts.toSorted(
    (a, b) => (a.rank ?? Number.MAX_SAFE_INTEGER) - (b.rank ?? Number.MAX_SAFE_INTEGER) || a.host.localeCompare(b.host),
  );

const verdictOf = ({ host, rank, lacks }: VerdictAnswer, chosen: string | undefined): string => {
  if (host === chosen) return "chosen";
  if (lacks.length > 0) return lacks.some(({ never }) => never) ? "never fits" : "filtered out";
  return rank === undefined ? "not ranked" : `rank ${rank}`;
};

const reasonsOf = ({ lacks, scores }: VerdictAnswer): string =>
  lacks.length > 0
    ? lacks.map(({ reason, detail }) => (detail ? `${reason}: ${detail}` : reason)).join("; ")
    : scores.join("; ");

const behind = (ahead: number): string => (ahead === 0 ? "the first in its line" : `behind ${counted(ahead, "other")}`);

const headline = (record: PlacementAnswer, alike: number, now: number): string => {
  const { taskId, group, cluster, at, explanation, requestId } = record;
  const when = `${ago(at, now)} ago`;
  const subject = taskId ? `Task ${shortId(taskId)} (${group})` : `${counted(alike, "task")} of ${group}`;
  if (explanation.chosen) return `${subject} was placed on ${explanation.chosen} ${when}.`;
  if (explanation.ahead !== undefined)
    return `${subject} waits for a host, asked for ${when}, ${behind(explanation.ahead)}.`;
  const verb = alike === 1 ? "was" : "were";
  return `${subject} ${verb} refused ${when} in cluster ${lastOf(cluster)} (request ${requestId}).`;
};

const verdictSentence = ({ explanation: { chosen, ahead, among, hosts } }: PlacementAnswer): string => {
  if (among) return `Of ${counted(among.hosts, "host")}, ${among.withRoom} had room for it at that moment.`;
  if (hosts.length === 0) return "The cluster has no hosts.";
  const fitting = hosts.filter(({ lacks }) => lacks.length === 0).length;
  if (chosen) return `Of ${counted(hosts.length, "host")}, ${fitting} could take it.`;
  if (ahead !== undefined && fitting > 0)
    return `Of ${counted(hosts.length, "host")}, ${fitting} could take it: those before it come first.`;
  const isHopeless = hosts.every(({ lacks }) => lacks.some(({ never }) => never));
  if (isHopeless)
    return `None of ${counted(hosts.length, "host")} could ever hold it: it asks for more than any of them declares.`;
  return `None of ${counted(hosts.length, "host")} can hold it now.`;
};

/** Why a task is where it is, or nowhere: what it needed, and each host with what filtered it out or how it ranked. */
export const whyText = (record: PlacementAnswer, now: number, alike = 1): string => {
  const { explanation, needed, limitsHeldBy, notes = [] } = record;
  const rows = inOrder(explanation.hosts).map((verdict) => [
    verdict.host,
    verdictOf(verdict, explanation.chosen),
    reasonsOf(verdict),
  ]);
  return [
    headline(record, alike, now),
    `It needs ${neededWords(needed)}. ${rulesWords(record)}`,
    verdictSentence(record),
    ...(limitsHeldBy ? [LIMITS_WORDS[limitsHeldBy]] : []),
    ...notes,
    ...(rows.length > 0 ? ["", table(["HOST", "VERDICT", "WHY"], rows)] : []),
  ].join("\n");
};

/** Several refusals of one request; those that say the same are told once. */
export const refusalsText = (records: readonly PlacementAnswer[], now: number): string => {
  const alike = new Map<string, PlacementAnswer[]>();
  for (const record of records) {
    const key = JSON.stringify([record.needed, record.explanation]);
    alike.set(key, [...(alike.get(key) ?? []), record]);
  }
  return [...alike.values()].map((same) => whyText(same[0]!, now, same.length)).join("\n\n");
};

/** In one line where a task went and why. */
export const placedLine = (record: PlacementAnswer): string => {
  const { chosen, hosts } = record.explanation;
  const winner = hosts.find(({ host }) => host === chosen);
  const fitting = hosts.filter(({ lacks }) => lacks.length === 0).length;
  const among =
    fitting === 1 && hosts.length > 1 ? "the only host that fits" : `the best of ${counted(fitting, "host")} that fit`;
  const scores = winner?.scores.join("; ");
  return `task ${shortId(record.taskId)} on ${chosen}: ${hosts.length === 1 ? "the only host" : among}${scores ? ` (${scores})` : ""}`;
};

/** In one line why nothing took a task: what hosts lacked, those that lacked the same together. */
export const refusedLine = (record: PlacementAnswer): string => {
  const { hosts } = record.explanation;
  if (hosts.length === 0) return "no host took it: the cluster has none";
  const hostsByLack = new Map<string, string[]>();
  for (const verdict of hosts) {
    const lack = reasonsOf(verdict);
    hostsByLack.set(lack, [...(hostsByLack.get(lack) ?? []), verdict.host]);
  }
  return `no host took it: ${[...hostsByLack].map(([lack, names]) => `${listed(names)} ${lack}`).join("; ")}`;
};
