import type { ContainerEvent } from "../../fleet/model/container-plan.ts";
import type { ContainerId } from "../../fleet/model/ids.ts";
import { EngineUnreachableError } from "../../fleet/ports.ts";
import type { Ask } from "./ask.ts";
import { asEngineFailure } from "./failure.ts";
import { labelTexts } from "./labels.ts";
import { linesOf } from "./lines.ts";

interface DockerEvent {
  readonly Action: string;
  readonly Actor: { readonly ID: string; readonly Attributes: Record<string, string> };
}

/** What may change what an inspection says. Not `exec_…`: every health check would be three events. */
const ACTIONS = "create start die oom stop kill pause unpause restart destroy health_status rename update".split(" ");

const containerEvent = (line: string): ContainerEvent => {
  const { Action, Actor } = JSON.parse(line) as DockerEvent;
  // Docker keeps a container's labels among the event's attributes, beside `image`, `name` and the like.
  return { container: Actor.ID as ContainerId, labels: Actor.Attributes, action: Action };
};

/**
 * Opens the event stream; the answer's headers have arrived. Docker sends them a moment before it subscribes, so it is asked to
 * replay from a time of its own clock taken before: an event may be told that is older than the call, none is missed.
 */
export const openEvents = async (ask: Ask, labels: Readonly<Record<string, string>>, signal: AbortSignal) => {
  const { SystemTime } = await ask.answer<{ SystemTime: string }>({ method: "GET", path: "/info", signal });
  const filters = JSON.stringify({ type: ["container"], event: ACTIONS, label: labelTexts(labels) });
  return ask.stream({ method: "GET", path: "/events", query: { filters, since: unixTime(SystemTime) }, signal });
};

/** RFC 3339 as Docker's `since` takes it, no digit lost: `1764000000.123456789`. */
export const unixTime = (rfc3339: string): string => {
  const [, whole = rfc3339, fraction = "0", zone = "Z"] = /^(.*?)(?:\.(\d+))?(Z|[+-]\d\d:\d\d)$/.exec(rfc3339) ?? [];
  return `${Date.parse(whole + zone) / 1000}.${fraction.padEnd(9, "0")}`;
};

/** Events of an open stream until the signal aborts; throws EngineUnreachableError when the stream ends otherwise. */
export async function* eventsOf(
  address: string,
  opened: Promise<AsyncIterable<Uint8Array>>,
  signal: AbortSignal,
): AsyncGenerator<ContainerEvent> {
  try {
    for await (const line of linesOf(await opened)) yield containerEvent(line);
  } catch (error) {
    if (signal.aborted) return;
    throw asEngineFailure(address, error);
  }
  if (!signal.aborted) throw new EngineUnreachableError(`${address} ended its events`);
}
