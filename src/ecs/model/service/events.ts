import { uuidOf } from "../../../kernel/fingerprint.ts";
import { serviceId } from "../store-keys.ts";
import type { ServiceEventRecord, ServiceRecord } from "./records.ts";

const KEPT_EVENTS = 100;
/** ECS leaves out a sentence that it said already, until its cause is gone or six hours are over. */
const REPEATED_AFTER_MS = 6 * 3_600_000;

const sentence = (service: ServiceRecord, rest: string): string => `(service ${service.name}) ${rest}`;

const eventOf = (service: ServiceRecord, message: string, at: number): ServiceEventRecord => ({
  id: uuidOf(serviceId(service, service.cluster, service.name), String(service.createdAt), String(at), message),
  at,
  message,
});

/** The service having said so: `has reached a steady state.` becomes `(service web) has reached a steady state.` */
export const say = (service: ServiceRecord, rest: string, at: number): ServiceRecord => ({
  ...service,
  events: [eventOf(service, sentence(service, rest), at), ...service.events].slice(0, KEPT_EVENTS),
});

/** The same, but not if it said just that within six hours and nothing of `unless` since. */
export const sayOnce = (service: ServiceRecord, rest: string, at: number, unless: RegExp = /$^/): ServiceRecord => {
  const said = sentence(service, rest);
  const last = service.events.findIndex(({ message }) => message === said || unless.test(message));
  const isFresh =
    last >= 0 && service.events[last]!.message === said && at - service.events[last]!.at < REPEATED_AFTER_MS;
  return isFresh ? service : say(service, rest, at);
};

const STOPPED = "has stopped ";

/** Names the tasks that no event has told of yet: whoever is stopped again after a crash is not told of again. */
export const sayStopped = (service: ServiceRecord, tasks: readonly string[], at: number): ServiceRecord => {
  const told = service.events.filter(({ message }) => message.includes(STOPPED)).map(({ message }) => message);
  const news = tasks.filter((task) => !told.some((message) => message.includes(`(task ${task})`)));
  return news.length === 0 ? service : say(service, `${STOPPED}${news.length} running tasks: ${listed(news)}.`, at);
};

/** `(task a) (task b)`. */
export const listed = (tasks: readonly string[]): string => tasks.map((task) => `(task ${task})`).join(" ");
