import type { ClaimedTask, ClusterId, TaskSpec } from "../../fleet/index.ts";
import { clusterParts } from "../../fleet/index.ts";
import { childId, taskOfAttempt } from "../model/ids.ts";
import type { JobContainer } from "../model/job.ts";
import { type AttemptDetails, asJobSpec, attemptEnvironment, BATCH_GROUP, withEnvironment } from "../model/job-task.ts";
import type { PickedJob, WaitingJob } from "../model/pick-input.ts";
import type { RetryStrategy } from "../model/retry-strategy.ts";
import type { LineEntry } from "../ports.ts";

/** A job in line, and the entry it was read from. */
export interface LinedUp extends WaitingJob {
  readonly entry: LineEntry;
}

/** The jobs of an entry: itself, or the next children of its array. */
export const jobsOfEntry = (entry: LineEntry): LinedUp[] =>
  entry.children.length === 0
    ? [{ id: entry.id, needs: entry.needs, entry }]
    : entry.children.map((index) => ({ id: childId(entry.id, index), needs: entry.needs, entry }));

// Equal jobs have equal texts: so many different ones are remembered.
const REMEMBERED = 500;

const remembered = <T>(make: (text: string) => T): ((text: string) => T) => {
  const known = new Map<string, T>();
  return (text) => {
    const found = known.get(text);
    if (found !== undefined) return found;
    const made = make(text);
    if (known.size >= REMEMBERED) known.clear();
    known.set(text, made);
    return made;
  };
};

/** Makes tasks of picked jobs; each text of a container or a retry strategy is read once. */
export const taskMaker = () => {
  const specsByCluster = new Map<ClusterId, (text: string) => TaskSpec>();
  const retryOf = remembered((text) => JSON.parse(text) as RetryStrategy);
  const specIn = (cluster: ClusterId): ((text: string) => TaskSpec) => {
    const known = specsByCluster.get(cluster);
    if (known) return known;
    const { name, ...scope } = clusterParts(cluster);
    const spec = remembered((text) => asJobSpec(JSON.parse(text) as JobContainer, scope, name));
    specsByCluster.set(cluster, spec);
    return spec;
  };
  return ({ entry }: LinedUp, pick: PickedJob, cluster: ClusterId, decaySeconds: number): ClaimedTask => {
    const attempt = entry.attempts + 1;
    const { job, queue, environment, host, among, freeCpu } = pick;
    const details: AttemptDetails = { job, jobAttempt: attempt, environment, retry: retryOf(entry.retry) };
    return {
      id: taskOfAttempt(job, attempt),
      cluster,
      host,
      spec: withEnvironment(
        specIn(cluster)(entry.container),
        attemptEnvironment({ id: job, attempt, queue, environment }),
      ),
      group: BATCH_GROUP,
      details: { ...details },
      claim: { job, attempt, environment, decaySeconds },
      among,
      why: `job ${job} was next, and of the hosts with room this one had the most CPU free: ${freeCpu} units`,
    };
  };
};
