import type { ChangeListeners } from "../../src/kernel/change-feed.ts";

/** Counts tasks from the feed, where nothing can be missed: how many were wanted at once at most, how few of them ran, how many were started. */
export const taskCounts = (listeners: ChangeListeners) => {
  const [wanted, healthy] = [new Set<string>(), new Set<string>()];
  const counts = { most: 0, least: 0, started: 0 };
  listeners.listen((item) => {
    if (item.type !== "change" || item.change.kind !== "task") return;
    const { subject, verb, facts } = item.change;
    if (verb === "placed") counts.started += 1;
    if (facts.desired === "RUNNING") wanted.add(subject);
    else wanted.delete(subject);
    if (facts.desired === "RUNNING" && facts.status === "RUNNING") healthy.add(subject);
    else healthy.delete(subject);
    counts.most = Math.max(counts.most, wanted.size);
    counts.least = Math.min(counts.least, healthy.size);
  });
  return {
    counts,
    /** Counts anew what was most and least. */
    countAnew(): void {
      counts.most = wanted.size;
      counts.least = healthy.size;
    },
  };
};
