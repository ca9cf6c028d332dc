import { failuresOf, type HostView, type PlacementExplanation, summarise } from "../../../fleet/index.ts";

/** What RunTask and services say alike where Fargate has no room. */
export const NO_CAPACITY =
  "Capacity is unavailable at this time. Please try again later or in a different availability zone";

const NO_INSTANCE = "no container instance met all of its requirements.";

/** AWS's words for what the closest matching instance lacks. */
const CLOSEST: Readonly<Record<string, string>> = {
  "RESOURCE:CPU": "has insufficient CPU units available.",
  "RESOURCE:MEMORY": "has insufficient memory available.",
  "RESOURCE:PORTS": "is already using a port required by your task.",
  ATTRIBUTE: "is missing an attribute required by your task.",
  AGENT: "has the agent disconnected.",
};

/** Why a task of a service on Fargate was not placed: its words, and what those lack that there are. No hosts are shown. */
export const noCapacityWords = (explanation: PlacementExplanation): string =>
  `${NO_CAPACITY}. ${summarise(explanation)}`;

/** Why a task of a service was not placed, in ECS's words with Berth's figures: what follows `was unable to place a task because `. */
export const refusalWords = (
  explanation: PlacementExplanation,
  instanceIdOf: (host: HostView["id"]) => string,
): string => {
  if (explanation.hosts.length === 0)
    return `${NO_INSTANCE} Reason: No Container Instances were found in your cluster.`;
  const closest = failuresOf(explanation).find(({ reason }) => CLOSEST[reason] !== undefined);
  const why = `${NO_INSTANCE} Reason: ${summarise(explanation)}`;
  if (!closest) return why;
  return `${why} The closest matching (container-instance ${instanceIdOf(closest.host)}) ${CLOSEST[closest.reason]}`;
};
