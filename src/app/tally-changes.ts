import type { Fleet, PlacementAnswer, TaskId } from "../fleet/index.ts";
import type { Tallies } from "../http/metrics.ts";
import type { ChangeListeners } from "../kernel/change-feed.ts";

/** Counts what goes by on the feed, and how launches end. */
export const tallyChanges = (listeners: ChangeListeners, fleet: Fleet, tallies: Tallies): (() => void) =>
  listeners.listen((item) => {
    if (item.type === "resync") return;
    const { change } = item;
    tallies.changed(change);
    if (change.kind === "task" && change.verb === "observed")
      void tallyLaunch(fleet, change.subject as TaskId, change.facts.status, tallies);
  });

const tallyLaunch = async (fleet: Fleet, id: TaskId, status: string | undefined, tallies: Tallies): Promise<void> => {
  if (status !== "RUNNING" && status !== "STOPPED") return;
  const [task] = await fleet.tasks([id]).catch(() => []);
  if (!task) return;
  const { startedAt, stoppedAt } = task.observed;
  if (status === "RUNNING" && startedAt !== undefined) tallies.launched("started", (startedAt - task.createdAt) / 1000);
  if (status === "STOPPED" && task.stop?.code === "TaskFailedToStart") {
    tallies.launched("failed", ((stoppedAt ?? task.createdAt) - task.createdAt) / 1000);
  }
};

/** The fleet, with its placements counted. */
export const countedFleet = (fleet: Fleet, tallies: Tallies): Fleet => ({
  ...fleet,
  async place(request) {
    const answer = await fleet.place(request);
    tally(answer, tallies);
    return answer;
  },
});

const tally = (answer: PlacementAnswer, tallies: Tallies): void => {
  if (answer.type === "conflict") return;
  tallies.placed(answer.tasks.length);
  for (const refused of answer.refused) tallies.refused(refused.hosts[0]?.lacks[0]?.reason ?? "NO_HOSTS");
};
