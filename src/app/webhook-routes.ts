import type { RelayRoute } from "../adapters/redis/feed-relay.ts";
import { type Webhook, webhookWakeUps } from "../admin/index.ts";
import { JOB_STATE_CHANGES } from "../batch/index.ts";
import type { RecordStore } from "../kernel/records.ts";

/**
 * What wakes the webhooks' deliverer: changes of a task, of a job's status or of an image, while there is a webhook. A wake-up costs some twenty commands of the queue's, and
 * most installations have none. One that is made later is told of what happens from then on.
 */
export const webhookRoutes = (webhooks: RecordStore<Webhook>): Readonly<Record<string, RelayRoute>> => {
  const wake: RelayRoute = async (change) => ((await webhooks.find([])).length > 0 ? webhookWakeUps(change) : []);
  const ofJobs = JOB_STATE_CHANGES.map((verb) => [`job ${verb}`, wake] as const);
  const ofImages = { "image pushed": wake, "image deleted": wake };
  return {
    ...ofImages,
    "task placed": wake,
    "task stop-requested": wake,
    "task observed": wake,
    ...Object.fromEntries(ofJobs),
  };
};
