import type { Change } from "../../kernel/change-feed.ts";
import type { RecordStore } from "../../kernel/records.ts";
import type { WakeUp, WorkQueue } from "../../kernel/work-queue.ts";
import { type Webhook, wantsEvent } from "../model/webhook.ts";
import { type DeliverData, deliveryWakeUp, type FanOutData } from "../model/webhook-wake-ups.ts";
import type { Post } from "../ports.ts";

export interface DelivererDeps {
  readonly webhooks: RecordStore<Webhook>;
  /** The queue whose wake-ups this handles. */
  readonly queue: WorkQueue;
  /** The events as the records have them now; none where there is nothing to tell (any more). */
  readonly toEventBridge: (change: Change) => Promise<readonly object[]>;
  readonly post: Post;
}

/** Handles the wake-ups of the queue `webhooks`. Throws, so that the queue tries again, where a webhook is not answered with 2xx. */
export const webhookDeliverer = (deps: DelivererDeps): ((wakeUp: WakeUp) => Promise<void>) => {
  const steps: Readonly<Record<string, (wakeUp: WakeUp) => Promise<void>>> = {
    "fan-out": ({ data }) => fanOut((data as FanOutData).change, deps),
    deliver: ({ data }) => deliver(data as DeliverData, deps),
  };
  return async (wakeUp) => steps[wakeUp.name]?.(wakeUp);
};

const fanOut = async (change: Change, { webhooks, queue }: DelivererDeps): Promise<void> => {
  for (const webhook of await webhooks.find([])) {
    const { wakeUp, options } = deliveryWakeUp(change, webhook);
    await queue.add(wakeUp, options);
  }
};

const deliver = async ({ webhook: id, change }: DeliverData, deps: DelivererDeps): Promise<void> => {
  const [webhook] = await deps.webhooks.get([id]);
  if (!webhook) return;
  const events = await deps.toEventBridge(change);
  for (const [index, event] of events.entries()) {
    if (!wantsEvent(webhook.value, event)) continue;
    const status = await deps.post(webhook.value.url, JSON.stringify(event), {
      "content-type": "application/json",
      // The same event of the same entry of the feed has the same id however often it is sent: a receiver drops what it has seen.
      "x-berth-event-id": index === 0 ? change.id : `${change.id}-${index}`,
      "x-berth-webhook-id": id,
    });
    if (status < 200 || status > 299) throw new Error(`webhook ${id} answered ${status}`);
  }
};
