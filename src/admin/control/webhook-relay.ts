import type { Change } from "../../kernel/change-feed.ts";
import type { RecordStore } from "../../kernel/records.ts";
import type { WorkQueue } from "../../kernel/work-queue.ts";
import type { Webhook } from "../model/webhook.ts";

// A second, two, four, … : the last try comes about four minutes after the first.
const ATTEMPTS = 9;
const BACKOFF_MS = 1000;

/** What a wake-up of the queue `webhooks` carries. */
export interface DeliveryData extends Readonly<Record<string, unknown>> {
  readonly webhook: string;
  readonly change: Change;
}

/**
 * Turns one entry of the feed into a wake-up for each webhook. Whoever reads the feed acknowledges the entry once this has resolved:
 * then a delivery is on its way even if this process dies. The same entry again merges with what waits.
 */
export const webhookRelay =
  (webhooks: RecordStore<Webhook>, queue: WorkQueue) =>
  async (change: Change): Promise<void> => {
    if (change.kind !== "task") return;
    for (const webhook of await webhooks.find([])) {
      const data: DeliveryData = { webhook, change };
      const once = `${webhook}-${change.id}`;
      await queue.add({ name: "deliver", data }, { once, attempts: ATTEMPTS, backoffMs: BACKOFF_MS });
    }
  };
