import type { TaskId } from "../../fleet/index.ts";
import { bell } from "../../kernel/bell.ts";
import type { Change, FeedItem } from "../../kernel/change-feed.ts";
import { onDuty } from "../../kernel/on-duty.ts";
import { type EndedTask, endedTaskOf } from "../model/attempt-end.ts";
import { taskOfAttempt } from "../model/ids.ts";
import { BATCH_GROUP } from "../model/job-task.ts";
import { dispatcher } from "./dispatcher.ts";
import { dueKeeper } from "./due-keeper.ts";
import { ender } from "./ender.ts";
import type { BatchLoopDeps } from "./loop-deps.ts";
import { type KnownQueue, readQueues } from "./queue-views.ts";
import { stopper } from "./stopper.ts";
import { enforceTimeLimits } from "./time-limits.ts";

const DUTY = "batch";
/** Kinds of records that say what queues there are and how they are served. */
const SETTINGS = ["job-queue", "compute-environment", "scheduling-policy"];
/** Job changes after which something may start. */
const READY = ["submitted", "ready", "ended", "retries", "recalled"];
/** Hosts change with every lease: only this of it gives or takes room. */
const ROOM = ["registered", "health-set", "state-set", "removed"];
const RETRY_MS = 200;
const LOOK_AGAIN_MS = 20;

/** Batch's loops: one control plane at a time dispatches and judges; each hears what is due. Ends when the signal aborts. */
export const runBatch = async (deps: BatchLoopDeps, signal: AbortSignal): Promise<void> => {
  const due = dueKeeper(deps);
  await deps.timerQueue.handle(due.doWhatIsDue, 1);
  await deps.timerQueue.every("sweep", deps.times.sweepMs);
  await onDuty(deps, DUTY, (held) => serve(deps, due.wakeAt, held), signal);
};

const serve = async (
  deps: BatchLoopDeps,
  wakeAt: (time: number) => Promise<void>,
  signal: AbortSignal,
): Promise<void> => {
  const { listeners, timers, times, jobMoves, clock, log } = deps;
  const [toDispatch, toJudge, toStop] = [bell(timers), bell(timers), bell(timers)];
  const ends = ender({ ...deps, wakeAt });
  const dispatch = dispatcher(deps);
  const stop = stopper(deps);
  /** Tasks to be looked at, and those whose end was told whole. */
  const seen = new Set<TaskId>();
  const told = new Map<TaskId, EndedTask>();
  let queues: readonly KnownQueue[] | undefined;
  let mayRecall = true;
  let mustSweep = true;

  const heard = (change: Change): void => {
    const { kind, verb, facts } = change;
    if (kind === "task" && verb === "observed") {
      if (facts.status === "STOPPED") toDispatch.ring();
      if (facts.group !== BATCH_GROUP || (facts.status !== "RUNNING" && facts.status !== "STOPPED")) return;
      const ended = facts.status === "STOPPED" ? endedTaskOf(change) : undefined;
      if (ended) told.set(ended.id, ended);
      else seen.add(change.subject as TaskId);
      toJudge.ring();
    } else if (kind === "job") {
      if (READY.includes(verb)) toDispatch.ring();
      if (verb === "stop-requested") toStop.ring();
    } else if (SETTINGS.includes(kind) || (kind === "host" && ROOM.includes(verb))) {
      queues = SETTINGS.includes(kind) ? undefined : queues;
      mayRecall = true;
      toDispatch.ring();
    }
  };
  const unlisten = listeners.listen((item: FeedItem) => {
    if (item.type === "change") return heard(item.change);
    [queues, mayRecall, mustSweep] = [undefined, true, true];
    for (const one of [toDispatch, toJudge, toStop]) one.ring();
  });

  /** Calls again and again until the signal aborts; what throws is tried again. */
  const forever = async (duty: string, step: () => Promise<void>): Promise<void> => {
    while (!signal.aborted) {
      try {
        await step();
      } catch (error) {
        if (signal.aborted) return;
        log.warn({ err: error, duty }, "Batch tries again");
        await timers.wait(RETRY_MS, signal);
      }
    }
  };

  const dispatching = forever("dispatch", async () => {
    const known = queues ?? (await readQueues(deps));
    queues = known;
    if (mayRecall) {
      mayRecall = false;
      for (const { id } of known) await jobMoves.recall(id);
    }
    const pass = await dispatch(known);
    if (pass === "done") await toDispatch.rung(times.sweepMs, signal);
    // Should a line and its jobs ever disagree, it is not looked at without end.
    if (pass === "refused") await timers.wait(LOOK_AGAIN_MS, signal);
  });

  const judging = forever("judge", async () => {
    if (mustSweep) {
      mustSweep = false;
      await ends.releaseAll();
      for (const { id, attempt } of await jobMoves.liveSince(clock.now())) seen.add(taskOfAttempt(id, attempt));
    }
    const ended = [...told.values()];
    const ids = [...seen].filter((id) => !told.has(id));
    told.clear();
    seen.clear();
    await Promise.all([ends.judge(ended), ends.look(ids)]).catch((error: unknown) => {
      for (const id of [...ids, ...ended.map((one) => one.id)]) seen.add(id);
      throw error;
    });
    if (seen.size + told.size === 0) await toJudge.rung(times.sweepMs, signal);
  });

  const stopping = forever("stop", async () => {
    await stop();
    await toStop.rung(times.sweepMs, signal);
  });

  const sweeping = forever("sweep", async () => {
    if (!(await timers.wait(times.sweepMs, signal))) return;
    mustSweep = true;
    toJudge.ring();
    await enforceTimeLimits(deps, queues ?? (await readQueues(deps)));
  });

  await Promise.all([dispatching, judging, stopping, sweeping]);
  unlisten();
};
