import type { Change } from "../../kernel/change-feed.ts";
import type { WakeUp, WakeUpOptions } from "../../kernel/work-queue.ts";

/** The queue on which both wake-ups travel. */
export const WEBHOOK_QUEUE = "webhooks";

// A second, two, four, … : the last try comes about four minutes after the first.
const DELIVERY_ATTEMPTS = 9;
const BACKOFF_MS = 1000;

export interface FanOutData extends Readonly<Record<string, unknown>> {
  readonly change: Change;
}

export interface DeliverData extends FanOutData {
  readonly webhook: string;
}

interface Delivery {
  readonly queue: string;
  readonly wakeUp: WakeUp;
  readonly options: WakeUpOptions;
}

/** What a change wakes, for the relay that reads the feed: one wake-up, whatever webhooks there are. */
export const webhookWakeUps = (change: Change): readonly Delivery[] => {
  const data: FanOutData = { change };
  const options = { once: `fan-out-${change.id}`, attempts: DELIVERY_ATTEMPTS, backoffMs: BACKOFF_MS };
  return [{ queue: WEBHOOK_QUEUE, wakeUp: { name: "fan-out", data }, options }];
};

/** The delivery of a change to one webhook: each is tried again for itself, so that a dead one holds up no other. */
export const deliveryWakeUp = (change: Change, webhook: string): Delivery => {
  const data: DeliverData = { change, webhook };
  const options = { once: `deliver-${webhook}-${change.id}`, attempts: DELIVERY_ATTEMPTS, backoffMs: BACKOFF_MS };
  return { queue: WEBHOOK_QUEUE, wakeUp: { name: "deliver", data }, options };
};
