import { FARGATE } from "../../fleet/index.ts";
import { bell } from "../../kernel/bell.ts";
import type { Change, FeedItem } from "../../kernel/change-feed.ts";
import { keyedWork } from "../../kernel/keyed-work.ts";
import { onDuty } from "../../kernel/on-duty.ts";
import { SERVICE_TERM } from "../model/store-keys.ts";
import { type Look, lookAfterService } from "./look-after-service.ts";
import type { ServiceLoopDeps } from "./service-loop-deps.ts";

const DUTY = "services";
/** Services looked at at a time. */
const AT_A_TIME = 8;
const RETRY_MS = 500;
/** Of a host, only its lease is no business of services. */
const LEASE = ["owned", "released"];
const SERVICE_GROUP = "service:";

/** Keeps services as they are wanted: one control plane at a time looks after all of them. Ends when the signal aborts. */
export const keepServices = (deps: ServiceLoopDeps, signal: AbortSignal): Promise<void> =>
  onDuty(deps, DUTY, (held) => serve(deps, held), signal);

/** Looks at a service whenever something of it changed, its time came, or there may be room for what it waits for. */
const serve = async (deps: ServiceLoopDeps, signal: AbortSignal): Promise<void> => {
  const { services, listeners, timers, times, clock, log } = deps;
  const lookAfter = lookAfterService(deps);
  const alarm = bell(timers);
  /** When each is to be looked at again. */
  const dueAt = new Map<string, number>();
  const waiting = new Set<string>();
  let known = new Set<string>();

  const setDue = (id: string, at: number): void => {
    dueAt.set(id, at);
    alarm.ring();
  };

  const heed = (id: string, look: Look): void => {
    dueAt.delete(id);
    waiting.delete(id);
    if (look.type === "gone") known.delete(id);
    if (look.type === "outdated") work.due(id);
    if (look.type !== "done") return;
    if (look.at !== undefined) setDue(id, look.at);
    if (look.waitsForRoom) waiting.add(id);
  };

  const work = keyedWork(async (id) => {
    if (signal.aborted) return;
    try {
      heed(id, await lookAfter(id));
    } catch (error) {
      log.warn({ err: error, service: id }, "could not look after a service, and tries again");
      setDue(id, clock.now() + RETRY_MS);
    }
  }, AT_A_TIME);

  const lookAtAll = async (): Promise<void> => {
    const found = await Promise.all(
      ["ACTIVE", "DRAINING"].map((status) => services.find([SERVICE_TERM.status(status)])),
    );
    known = new Set([...found.flat(), ...waiting, ...dueAt.keys()]);
    for (const id of known) work.due(id);
  };

  const wake = (ids: Iterable<string>, cluster: string | undefined): void => {
    for (const id of ids) if (cluster === FARGATE || id.startsWith(`${cluster}/`)) work.due(id);
  };

  const heard = ({ kind, subject, verb, facts }: Change): void => {
    const { cluster, group = "" } = facts;
    if (kind === "service") {
      known.add(subject);
      work.due(subject);
    } else if (kind === "task") {
      if (group.startsWith(SERVICE_GROUP)) work.due(`${cluster}/${group.slice(SERVICE_GROUP.length)}`);
      if (facts.status === "STOPPED" || verb === "stop-requested") wake(waiting, cluster);
    } else if (kind === "host" && !LEASE.includes(verb)) wake(known, cluster);
  };

  let mustSweep = true;
  const unlisten = listeners.listen((item: FeedItem) => {
    if (item.type === "change") return heard(item.change);
    mustSweep = true;
    alarm.ring();
  });

  let sweepAt = 0;
  while (!signal.aborted) {
    const now = clock.now();
    if (mustSweep || now >= sweepAt) {
      mustSweep = false;
      sweepAt = now + times.sweepMs;
      await lookAtAll().catch((error: unknown) => {
        log.warn({ err: error }, "could not look for services, and tries again");
        sweepAt = now + RETRY_MS;
      });
    }
    for (const [id, at] of dueAt) if (at <= now) work.due(id);
    const next = Math.min(sweepAt, ...[...dueAt.values()].filter((at) => at > now));
    await alarm.rung(Math.max(1, next - clock.now()), signal);
  }
  unlisten();
  await work.close();
};
