import { setMaxListeners } from "node:events";
import type { UntoldContainer } from "../model/container-plan.ts";
import type { ContainerId, TaskId } from "../model/ids.ts";
import { LABEL } from "../model/names.ts";
import { EngineUnreachableError } from "../ports.ts";
import { aborted } from "./aborted.ts";
import type { HostContext } from "./host-context.ts";
import { remnantsOn, removeLeftovers } from "./leftovers.ts";
import { type TaskActor, taskActor } from "./task-actor.ts";

/**
 * One unbroken connection to an owned host's engine: subscribes, then lists and inspects, then applies what comes. Ends when the lease's
 * signal aborts or the host's record changes; throws when the engine falls silent. Either way nothing it did is under way any more; at a silent
 * engine that may take minutes, so `failed` is told at once.
 */
export const hostSession = async (
  outer: HostContext,
  connected: () => Promise<void>,
  failed: (error: unknown) => void,
): Promise<void> => {
  const { deps, host, engine, lease } = outer;
  const over = new AbortController();
  const signal = AbortSignal.any([lease.signal, over.signal]);
  // Every container whose output is followed waits for it: that many are no leak.
  setMaxListeners(0, signal);
  const context: HostContext = {
    ...outer,
    lease: { ...lease, signal, isHeld: () => !signal.aborted && lease.isHeld() },
  };
  const ours = { [LABEL.installation]: deps.policy.installation, [LABEL.host]: host.id };
  const actors = new Map<TaskId, TaskActor>();
  let failure: unknown;

  const fail = (error: unknown): void => {
    if (!signal.aborted) {
      failure = error;
      failed(error);
    }
    over.abort();
  };
  const actorOf = (id: TaskId): TaskActor => {
    const known = actors.get(id);
    if (known) return known;
    const actor = taskActor(context, id, () => actors.delete(id));
    actors.set(id, actor);
    return actor;
  };

  /** Everything there is: the listing is whole once it is called after the subscription. */
  const lookAtAll = async (): Promise<void> => {
    const untold: UntoldContainer[] = [];
    const containers = await engine.list(ours, (container) => untold.push(container));
    const listed = new Set<ContainerId>([...containers, ...untold].map((container) => container.id));
    const remnants = await remnantsOn(context, containers);
    const ids = new Set(await deps.tasks.onHost(host.id));
    await removeLeftovers(context, remnants, ids);
    for (const container of containers) {
      const id = taskOf(container);
      if (ids.has(id)) await actorOf(id).see(nameOf(container), container);
    }
    for (const container of untold) {
      const id = taskOf(container);
      if (ids.has(id)) await actorOf(id).look(nameOf(container), container.id);
    }
    for (const id of ids) {
      await actorOf(id).recheck(listed);
      actorOf(id).wake(true);
    }
  };

  const watching = engine.watch(ours, signal);
  const heard: TaskId[] = [];
  let looked = false;
  let mustLookAgain = false;
  const loops: Promise<void>[] = [];
  const unlisten = deps.listeners.listen((item) => {
    if (item.type === "resync") {
      if (looked) loops.push(lookAtAll().catch(fail));
      else mustLookAgain = true;
      return;
    }
    const { kind, subject, facts, verb } = item.change;
    if (kind === "host" && subject === host.id && (verb === "registered" || verb === "removed")) over.abort();
    if (kind !== "task" || facts.host !== host.id || OWN_VERBS.has(verb)) return;
    if (looked) actorOf(subject as TaskId).wake(true);
    else heard.push(subject as TaskId);
  });
  try {
    await watching.subscribed;
    await lookAtAll();
    looked = true;
    if (mustLookAgain) await lookAtAll();
    for (const id of heard) actorOf(id).wake(true);
    await connected();
    loops.push(
      applyEvents(context, watching.events, (id) => actors.get(id)).catch(fail),
      ping(context).catch(fail),
      sweep(context, lookAtAll).catch(fail),
    );
    await aborted(signal);
  } catch (error) {
    fail(error);
  } finally {
    over.abort();
    unlisten();
    await Promise.all(loops);
    await Promise.all([...actors.values()].map((actor) => actor.settled()));
  }
  if (failure !== undefined) throw failure;
};

/** What only a task's own actor, or the end of its record, brings about: nothing to look after. */
const OWN_VERBS: ReadonlySet<string> = new Set(["observed", "cleaned", "forgotten"]);

const taskOf = (container: UntoldContainer): TaskId => (container.labels[LABEL.task] ?? "") as TaskId;
const nameOf = (container: UntoldContainer): string => container.labels[LABEL.container] ?? "";

const applyEvents = async (
  { lease }: HostContext,
  events: ReturnType<HostContext["engine"]["watch"]>["events"],
  actorOf: (id: TaskId) => TaskActor | undefined,
): Promise<void> => {
  for await (const event of events) {
    const actor = actorOf((event.labels[LABEL.task] ?? "") as TaskId);
    if (!actor || !TELLING.has(event.action.split(":")[0]!)) continue;
    const name = event.labels[LABEL.container] ?? "";
    if (event.action === "destroy") actor.gone(name, event.container);
    // Docker may hear of the kill only after the end; then no inspection shows it.
    else if (event.action === "oom") actor.outOfMemory(name);
    else await actor.look(name, event.container);
  }
  if (!lease.signal.aborted) throw new EngineUnreachableError("the engine's events ended");
};

/** Events after which an inspection can show something new. */
const TELLING = new Set(["die", "oom", "destroy", "health_status", "pause", "unpause"]);

const ping = async ({ deps, lease, signOfLife }: HostContext): Promise<void> => {
  while (await deps.timers.wait(deps.times.pingMs, lease.signal)) await signOfLife();
};

const sweep = async ({ deps, lease, doors }: HostContext, lookAtAll: () => Promise<void>): Promise<void> => {
  while (await deps.timers.wait(deps.times.sweepMs, lease.signal)) {
    await doors.mend();
    await lookAtAll();
  }
};
