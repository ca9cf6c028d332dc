import { uuidOf } from "../../../kernel/fingerprint.ts";
import { serviceId } from "../store-keys.ts";
import type { ServiceEventRecord, ServiceRecord } from "./records.ts";
import type { ToldEvent } from "./told-events.ts";

const KEPT_EVENTS = 100;
/** ECS leaves out a sentence that it said already, until its cause is gone or six hours are over. */
const REPEATED_AFTER_MS = 6 * 3_600_000;

const sentence = (service: ServiceRecord, rest: string): string => `(service ${service.name}) ${rest}`;

const withEvent = (
  service: ServiceRecord,
  event: Pick<ServiceEventRecord, "at" | "message" | "told" | "isUnlisted">,
): ServiceRecord => {
  const of = serviceId(service, service.cluster, service.name);
  const id = uuidOf(of, String(service.createdAt), String(event.at), event.message);
  return { ...service, events: [{ id, ...event }, ...service.events].slice(0, KEPT_EVENTS) };
};

/**
 * The service having said so: `has reached a steady state.` becomes `(service web) has reached a steady state.` With what EventBridge is
 * told of it, if anything.
 */
export const say = (service: ServiceRecord, rest: string, at: number, told?: ToldEvent): ServiceRecord =>
  withEvent(service, { at, message: sentence(service, rest), ...(told && { told }) });

/** Tells EventBridge of what DescribeServices has no sentence for. */
export const tellOnly = (service: ServiceRecord, told: ToldEvent, at: number): ServiceRecord =>
  withEvent(service, { at, message: told.reason ?? told.name, told, isUnlisted: true });

/** As `say`, but not if it said just that within six hours and nothing of `unless` since. */
export const sayOnce = (
  service: ServiceRecord,
  rest: string,
  at: number,
  { unless = /$^/, told }: { readonly unless?: RegExp; readonly told?: ToldEvent } = {},
): ServiceRecord => {
  const said = sentence(service, rest);
  const last = service.events.findIndex(({ message }) => message === said || unless.test(message));
  const isFresh =
    last >= 0 && service.events[last]!.message === said && at - service.events[last]!.at < REPEATED_AFTER_MS;
  return isFresh ? service : say(service, rest, at, told);
};

/** What ends a trouble: after it, the same sentence is said anew. */
export const STEADY = /steady state\.$/;

const STOPPED = "has stopped ";

/** Names the tasks that no event has told of yet: whoever is stopped again after a crash is not told of again. */
export const sayStopped = (service: ServiceRecord, tasks: readonly string[], at: number): ServiceRecord => {
  const told = service.events.filter(({ message }) => message.includes(STOPPED)).map(({ message }) => message);
  const news = tasks.filter((task) => !told.some((message) => message.includes(`(task ${task})`)));
  return news.length === 0
    ? service
    : say(service, `${STOPPED}${news.length} running tasks: ${listed(news)}.`, at, { name: "TASKS_STOPPED" });
};

/** What it says for the first time in the version that is about to be written, marked with it. */
export const marked = (service: ServiceRecord, version: number): ServiceRecord =>
  service.events.every((event) => event.version !== undefined)
    ? service
    : { ...service, events: service.events.map((event) => ({ version, ...event })) };

/** What it said first in that version, in turn, as EventBridge is told. */
export const toldIn = (
  { events }: Pick<ServiceRecord, "events">,
  version: number,
): (ServiceEventRecord & Required<Pick<ServiceEventRecord, "told">>)[] =>
  events
    .flatMap((event) => (event.version === version && event.told ? [{ ...event, told: event.told }] : []))
    .reverse();

/** `(task a) (task b)`. */
export const listed = (tasks: readonly string[]): string => tasks.map((task) => `(task ${task})`).join(" ");
