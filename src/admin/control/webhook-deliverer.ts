import type { Change } from "../../kernel/change-feed.ts";
import type { RecordStore } from "../../kernel/records.ts";
import type { WakeUp } from "../../kernel/work-queue.ts";
import { type Webhook, wantsEvent } from "../model/webhook.ts";
import type { Post } from "../ports.ts";
import type { DeliveryData } from "./webhook-relay.ts";

export interface DelivererDeps {
  readonly webhooks: RecordStore<Webhook>;
  /** The event as the records have it now; `undefined` where there is nothing to tell (any more). */
  readonly toEventBridge: (change: Change) => Promise<object | undefined>;
  readonly post: Post;
}

/** Delivers one event to one webhook; throws, so that the queue tries again, unless it is answered with 2xx. */
export const webhookDeliverer =
  ({ webhooks, toEventBridge, post }: DelivererDeps) =>
  async (wakeUp: WakeUp): Promise<void> => {
    const { webhook: id, change } = wakeUp.data as DeliveryData;
    const [webhook] = await webhooks.get([id]);
    if (!webhook) return;
    const event = await toEventBridge(change);
    if (!event || !wantsEvent(webhook.value, event)) return;
    const status = await post(webhook.value.url, JSON.stringify(event), {
      "content-type": "application/json",
      // The same entry of the feed has the same id however often it is sent: a receiver drops what it has seen.
      "x-berth-event-id": change.id,
      "x-berth-webhook-id": id,
    });
    if (status < 200 || status > 299) throw new Error(`webhook ${id} answered ${status}`);
  };
