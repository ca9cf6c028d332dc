import type { ClaimedTask, ClusterId, HostView } from "../../fleet/index.ts";
import type { EnvironmentId, JobId } from "../model/ids.ts";
import type { PickedJob, QueueView } from "../model/pick-input.ts";
import { pickJobs } from "../model/pick-jobs.ts";
import { decaySeconds, faded } from "../model/shares.ts";
import type { ShareLine } from "../ports.ts";
import { explainer } from "./explainer.ts";
import { type BatchLoopDeps, JOBS_A_MOVE } from "./loop-deps.ts";
import { capacitiesOf, clustersOf, type KnownQueue, withHosts } from "./queue-views.ts";
import { jobsOfEntry, type LinedUp, taskMaker } from "./task-maker.ts";

type DispatchDeps = Pick<BatchLoopDeps, "jobMoves" | "fleet" | "clock" | "failpoints">;

/** Jobs of each share that are looked at, at most and at least. */
const MOST = 1_000;
const LEAST = 20;

/**
 * How one pass ended: `more`, the first jobs that were looked at are used up and there is room; `refused`, something changed between
 * looking and placing, so that it is to be looked at again.
 */
export type Pass = "more" | "refused" | "done";

/** One pass: look at lines and hosts, decide, claim and place what goes next, tell the rest why it waits. */
export const dispatcher = (deps: DispatchDeps) => {
  const { jobMoves, fleet, clock, failpoints } = deps;
  const makeTask = taskMaker();
  let firstOfEach = LEAST;
  const explain = explainer(deps);

  const viewOf = (
    queue: KnownQueue,
    lines: readonly ShareLine[],
    hosts: readonly HostView[],
    lined: Lined,
  ): QueueView => {
    const decay = decaySeconds(queue.fair);
    const now = clock.now();
    return {
      ...queue,
      environments: withHosts(queue.environments, hosts),
      shares: lines.map(({ share, runningCpu, pastCpu, pastAt, entries, hasMore }) => {
        const jobs = entries.flatMap(jobsOfEntry);
        for (const job of jobs) lined.set(job.id, job);
        return { share, runningCpu, pastCpu: faded(pastCpu, now - pastAt, decay), jobs, hasMore };
      }),
    };
  };

  const place = async (tasks: readonly ClaimedTask[]): Promise<boolean> => {
    await failpoints.hit("batch.before-claim");
    const answer = await fleet.placeClaimed(tasks);
    await failpoints.hit("batch.claimed");
    return answer.type === "placed" && answer.gone.length === 0;
  };

  return async (queues: readonly KnownQueue[]): Promise<Pass> => {
    const [byCluster, lines] = await Promise.all([
      Promise.all(clustersOf(queues).map((cluster) => fleet.hosts(cluster))),
      jobMoves.lines(
        queues.map(({ id }) => id),
        firstOfEach,
      ),
    ]);
    const hosts = byCluster.flat();
    const lined: Lined = new Map();
    const views = queues.map((queue, i) => viewOf(queue, lines[i] ?? [], hosts, lined));
    const picks = pickJobs(views, capacitiesOf(hosts));
    const tasks = picks.picked.flatMap((pick) => taskOf(pick, queues, lined));
    // Each of these moves is whole by itself: one that is refused is decided anew in the next pass.
    const [placed] = await Promise.all([
      Promise.all(chunks(tasks, JOBS_A_MOVE).map(place)),
      explain(picks, lines, queues),
    ]);
    // What is free is read at the same moment: how many jobs that is can only be guessed from how many it was.
    firstOfEach = Math.min(MOST, Math.max(LEAST, 2 * (picks.isShort ? firstOfEach : tasks.length)));
    if (placed.includes(false)) return "refused";
    return picks.isShort ? "more" : "done";
  };

  function taskOf(pick: PickedJob, queues: readonly KnownQueue[], lined: Lined): ClaimedTask[] {
    const queue = queues.find(({ id }) => id === pick.queue);
    const job = lined.get(pick.job);
    const cluster = queue && clusterOf(queue, pick.environment);
    return job && cluster ? [makeTask(job, pick, cluster, decaySeconds(queue.fair))] : [];
  }
};

type Lined = Map<JobId, LinedUp>;

const clusterOf = ({ environments }: KnownQueue, id: EnvironmentId): ClusterId | undefined =>
  environments.find((one) => one.id === id)?.cluster;

export const chunks = <T>(items: readonly T[], size: number): T[][] =>
  Array.from({ length: Math.ceil(items.length / size) }, (_, i) => items.slice(i * size, (i + 1) * size));
