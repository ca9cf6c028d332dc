import type { ObservedContainer } from "../model/container-plan.ts";
import type { ContainerId, TaskId } from "../model/ids.ts";
import { nextSteps, type Step } from "../model/next-steps.ts";
import { type ContainerSight, isOlderSight } from "../model/sight.ts";
import type { Task } from "../model/task.ts";
import { isWorthRecording } from "../model/worth-recording.ts";
import { unlessAborted } from "./aborted.ts";
import { containerLooks } from "./container-looks.ts";
import { failureWords } from "./failure-words.ts";
import type { HostContext } from "./host-context.ts";
import { imageNameOn, prepareImage } from "./images.ts";
import { cleanUp, createContainer, openOutput, restartContainer, startContainer } from "./launch-verbs.ts";
import { memoryKills } from "./memory-kills.ts";
import { outputFollowers } from "./output-followers.ts";
import { retryAfterMs } from "./retry-after.ts";
import { taskValues } from "./task-values.ts";

/** The one writer of a task on an owned host: wakes, decides, records, acts. */
export interface TaskActor {
  /**
   * Something may be due; `reload` when the record may have changed. Nothing is decided before the first call with `reload`: a container
   * that nobody has looked at yet would pass for one that is gone.
   */
  wake(reload?: boolean): void;
  /** What the engine shows of one of its containers; `undefined`: it has none of that name. */
  see(container: string, found: ObservedContainer | undefined): Promise<void>;
  /** Asks the engine for that; again and again where it refuses to tell, and decides nothing about what it never saw until then. */
  look(container: string, id: ContainerId): Promise<void>;
  /** The engine says that one of its containers, or one beside it, was killed for memory. */
  outOfMemory(container: string): void;
  /** The engine removed one of its containers. */
  gone(container: string, id: ContainerId): void;
  /** Looks again at what it knows but a full listing did not show. */
  recheck(listed: ReadonlySet<ContainerId>): Promise<void>;
  /** Resolves when nothing it does is under way any more; after the lease's signal has aborted, for good. */
  settled(): Promise<void>;
}

type Sight = { -readonly [Key in keyof ContainerSight]: ContainerSight[Key] };

/** An actor for a task of this host. `ended` is called once when nothing of the task is left to look after. */
export const taskActor = (context: HostContext, id: TaskId, ended: () => void): TaskActor => {
  const { deps, lease, engine } = context;
  const sights = new Map<string, Sight>();
  const pulls = new Map<string, AbortController>();
  const doings = new Set<Promise<void>>();
  const values = taskValues(deps.lookups);
  const kills = memoryKills(context);
  /** How often the kernel had killed for memory in the task when a container was last started again. */
  const oomKillsBefore = new Map<string, number>();
  /** How often in a row acting on a container failed. */
  const setbacks = new Map<string, number>();
  let task: Task | undefined;
  let begun = false;
  let stepping = false;
  let again = false;
  let over = false;
  let alarm: AbortController | undefined;
  let failedSteps = 0;

  const sightOf = (container: string): Sight => {
    const known = sights.get(container);
    if (known) return known;
    const fresh: Sight = { logsOpen: false, oomKilled: false };
    sights.set(container, fresh);
    return fresh;
  };

  const wake = (reload = false): void => {
    if (reload) {
      task = undefined;
      begun = true;
    }
    again = true;
    if (begun && !isBlind() && !stepping && !over && !lease.signal.aborted) track(run());
  };

  /** A container that is there and was never seen would pass for one that is gone. */
  const isBlind = (): boolean => [...looks.untold].some((container) => sights.get(container)?.found === undefined);

  const wakeAt = (time: number): void => {
    alarm?.abort();
    alarm = new AbortController();
    const signal = AbortSignal.any([alarm.signal, lease.signal]);
    void deps.timers.wait(Math.max(0, time - deps.clock.now()), signal).then((due) => due && wake(true));
  };

  const run = async (): Promise<void> => {
    stepping = true;
    while (again && !over && !lease.signal.aborted) {
      again = false;
      try {
        await step();
        failedSteps = 0;
      } catch (error) {
        deps.log.warn({ err: error, task: id }, "a step of a task failed, tries again");
        task = undefined;
        wakeAt(deps.clock.now() + retryAfterMs(failedSteps));
        failedSteps += 1;
      }
    }
    stepping = false;
  };

  const track = (doing: Promise<void>): void => {
    doings.add(doing);
    void doing.finally(() => doings.delete(doing));
  };

  const looks = containerLooks(context, {
    task: id,
    see: (container, found) => see(container, found),
    told: () => wake(true),
    track,
    kills,
  });

  const followers = outputFollowers(context, {
    task: id,
    readOn(container, isOpen) {
      sightOf(container).logsOpen = isOpen;
      if (!isOpen) wake();
    },
    track,
  });

  const end = (): void => {
    over = true;
    alarm?.abort();
    deps.progress.over(id);
    ended();
  };

  const step = async (): Promise<void> => {
    const read = task ?? (await deps.tasks.get([id]))[0];
    if (!read) return end();
    const now = deps.clock.now();
    const next = nextSteps(read, sights, now);
    const wanted = next.stop ? await deps.tasks.requestStop(id, { ...next.stop, at: now }, lease.epoch) : read;
    if (!wanted) return end();
    // Another owner has the host by now, and may see what this one does not.
    if (next.stop && wanted.desired !== "STOPPED") return wakeAt(now + retryAfterMs(0));
    if (wanted.desired === "STOPPED") for (const pull of pulls.values()) pull.abort();
    task = wanted;
    if (!isWorthRecording(next, wanted.observed)) task = { ...wanted, observed: next.observed };
    else {
      await deps.failpoints.hit("observe.before-record");
      if (!(await deps.tasks.observe(id, lease.epoch, next.observed, now))) {
        // Another owner wrote meanwhile, or the record moved on: look at it anew, if it is still ours to look at.
        task = undefined;
        return wakeAt(now + retryAfterMs(0));
      }
      if (next.observed.status !== "PENDING") deps.progress.over(id);
      // A change that came in meanwhile has cleared it: then it is read anew.
      if (task === wanted) task = { ...wanted, observed: next.observed, version: wanted.version + 1 };
      again = true;
    }
    for (const one of next.steps) track(act(one));
    const isIdle = next.steps.length === 0 && [...sights.values()].every((sight) => sight.busy === undefined);
    if (next.observed.status === "STOPPED" && isIdle) await afterwards(next.observed.stoppedAt ?? now, now);
    else if (next.lookAgainAt !== undefined) wakeAt(next.lookAgainAt);
  };

  const afterwards = async (stoppedAt: number, now: number): Promise<void> => {
    const due = stoppedAt + deps.times.keepContainersMs;
    if (now < due) return wakeAt(due);
    const [stopped] = await deps.tasks.get([id]);
    if (stopped) {
      await cleanUp(context, stopped);
      await deps.tasks.cleaned(id, lease.epoch);
    }
    end();
  };

  /** Acts on one container; what comes of it is in its sight when it is over. */
  const act = async (one: Step): Promise<void> => {
    const { container } = one;
    const sight = sightOf(container);
    sight.busy = one.verb;
    try {
      const current = task ?? (await deps.tasks.get([id]))[0];
      if (current) await perform(one, current, sight);
      setbacks.delete(container);
    } catch (error) {
      const failure = failureWords(one, error, setbacks.get(container) ?? 0);
      if (failure !== undefined) sight.failure = failure;
      // Its task is to stop: that is why the pull ended.
      else if (pulls.get(container)?.signal.aborted) return;
      else {
        deps.log.warn({ err: error, task: id, container, verb: one.verb }, "could not act on a container, tries again");
        const before = setbacks.get(container) ?? 0;
        setbacks.set(container, before + 1);
        await deps.timers.wait(retryAfterMs(before), lease.signal);
      }
    } finally {
      delete sight.busy;
      pulls.delete(container);
      wake();
    }
  };

  const perform = async (one: Step, current: Task, sight: Sight): Promise<void> => {
    const spec = current.spec.containers.find((candidate) => candidate.name === one.container)!;
    const { usesImageCache = true } = current.spec;
    const source = { ...deps, host: context.host, architecture: context.architecture, usesImageCache };
    switch (one.verb) {
      case "pull": {
        const stopped = new AbortController();
        pulls.set(spec.name, stopped);
        const { login } = await values.of(current, spec);
        // Another container's will not be had, so the task stops.
        if (!(await values.areThere(current))) return;
        sight.pullStartedAt ??= deps.clock.now();
        const tell = (line: string): void => deps.progress.tell(id, line);
        const signal = AbortSignal.any([stopped.signal, lease.signal]);
        const { name, id: imageDigest } = await prepareImage(engine, { ...source, login }, spec, tell, signal);
        sight.imageName = name;
        sight.imageDigest = imageDigest;
        return;
      }
      case "create": {
        // Who takes over after the pull has to look for it.
        sight.imageName ??= await imageNameOn(engine, source, spec);
        const { environment } = await values.of(current, spec);
        const found = await createContainer(context, current, { ...spec, environment }, sight.imageName);
        values.drop(spec.name);
        return see(spec.name, found);
      }
      case "start": {
        await openOutput(context, current, spec, sight.found!.id);
        const found = await startContainer(context, current, sight.found!.id);
        if (kills.mayBeTold(found)) await kills.news();
        return see(spec.name, found);
      }
      case "restart": {
        const run = current.observed.containers.find(({ name }) => name === spec.name)?.restartOf;
        const found = await restartContainer(context, current, sight.found!.id, run);
        // What was seen and heard of the run before says nothing of this one, whatever the engine's clock does.
        if (found?.startedAt !== run) delete sight.found;
        oomKillsBefore.set(spec.name, await context.cgroups.oomKills(context.host, id));
        sight.oomKilled = false;
        return see(spec.name, found);
      }
      case "stop":
        // May be repeated, so whoever has to let go of the host need not wait for the end of the grace.
        await unlessAborted(engine.stop(sight.found!.id, one.graceSeconds), lease.signal);
        if (lease.signal.aborted) return;
        return see(spec.name, await engine.inspect(sight.found!.id));
      case "discard":
        await engine.remove(sight.found!.id);
        delete sight.found;
    }
  };

  const see = async (container: string, found: ObservedContainer | undefined): Promise<void> => {
    const sight = sightOf(container);
    if (!found) delete sight.found;
    else {
      // Docker tells of a kill in the container's own cgroup only; the task's counter tells of the others. Asked before
      // anybody else can record that it ended.
      if (found.exitCode === 137 && !found.oomKilled && !sight.oomKilled) {
        const before = oomKillsBefore.get(container) ?? 0;
        sight.oomKilled = (await context.cgroups.oomKills(context.host, id)) > before;
      }
      if (sight.found && isOlderSight(found, sight.found)) return;
      sight.found = found;
      if (found.startedAt !== undefined) followers.follow(task, container, found);
    }
    wake();
  };

  const outOfMemory = (container: string): void => {
    sightOf(container).oomKilled = true;
    kills.hear();
    wake();
  };

  const gone = (container: string, removed: ContainerId): void => {
    const sight = sightOf(container);
    if (sight.found?.id !== removed) return;
    delete sight.found;
    wake();
  };

  const recheck = async (listed: ReadonlySet<ContainerId>): Promise<void> => {
    for (const [container, { found }] of sights) {
      if (found && !listed.has(found.id)) await looks.look(container, found.id);
    }
  };

  const settled = async (): Promise<void> => {
    while (doings.size > 0) await Promise.allSettled(doings);
  };

  return { wake, see, look: looks.look, outOfMemory, gone, recheck, settled };
};
