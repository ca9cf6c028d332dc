import type { ContainerEvent } from "../../fleet/model/container-plan.ts";
import type { ContainerEngine } from "../../fleet/ports.ts";
import { type Channel, channel } from "./channel.ts";
import { includesLabels } from "./shelf.ts";

type Labels = Readonly<Record<string, string>>;

/** Tells events to whoever watches. */
export interface EventHub {
  tell(event: ContainerEvent): void;
  watch(labels: Labels, signal: AbortSignal, passable: () => void): ReturnType<ContainerEngine["watch"]>;
  /** Breaks every watch. */
  cut(error: Error): void;
  mute(): void;
  unmute(): void;
}

export const eventHub = (): EventHub => {
  const watches = new Map<Channel<ContainerEvent>, Labels>();
  let muted = false;
  return {
    tell(event) {
      if (muted) return;
      for (const [watch, labels] of watches) if (includesLabels(event.labels, labels)) watch.push(event);
    },
    watch(labels, signal, passable) {
      const events: Channel<ContainerEvent> = channel(() => watches.delete(events));
      const opened = Promise.resolve().then(() => {
        passable();
        watches.set(events, labels);
        signal.addEventListener("abort", events.end, { once: true });
        if (signal.aborted) events.end();
      });
      opened.catch(events.fail);
      return { subscribed: opened, events: events.items };
    },
    cut(error) {
      for (const watch of watches.keys()) watch.fail(error);
      watches.clear();
    },
    mute() {
      muted = true;
    },
    unmute() {
      muted = false;
    },
  };
};
