import type { HostId, TaskId } from "../../fleet/model/ids.ts";
import type { PlacementRecord } from "../../fleet/model/placement.ts";
import type { PlacementOutcome } from "../../fleet/model/placement-move.ts";
import type { Task } from "../../fleet/model/task.ts";
import type { TaskStore } from "../../fleet/ports.ts";
import { fieldsOf, parseJson, pickedFields } from "./fields.ts";
import { gathered } from "./gathered.ts";
import { KEYS } from "./keys.ts";
import type { RedisStore } from "./store.ts";
import { answered } from "./store-errors.ts";
import { observationOf, placeArguments, TASK_FIELDS, taskOfFields } from "./task-record.ts";

const REFUSALS_KEPT_SECONDS = 3600;

/** What waits for Redis meanwhile waits some milliseconds. */
const OBSERVATIONS_A_MOVE = 100;

const outcomeOf = ([type, ...rest]: readonly string[]): PlacementOutcome => {
  if (type === "repeated") return { type, tasks: rest as TaskId[] };
  if (type === "stale") return { type, host: rest[0] as HostId };
  if (type === "committed") return { type, gone: rest as TaskId[] };
  if (type === "conflict") return { type };
  throw new Error(`place.lua answered ${type}`);
};

/** Tasks in Redis: each move one script. */
export const taskStore = ({ redis, run, clock }: RedisStore): TaskStore => {
  const key = (id: TaskId) => KEYS.task + id;

  const read = async (id: TaskId): Promise<Task | undefined> => {
    const values = await answered(redis.hmget(key(id), ...TASK_FIELDS));
    return values[0] === null ? undefined : taskOfFields(id, pickedFields(TASK_FIELDS, values));
  };

  const readRefusals = async (requestId: string | null): Promise<PlacementRecord[]> => {
    if (requestId === null) return [];
    const text = await answered(redis.get(KEYS.refusals + requestId));
    return text === null ? [] : parseJson<PlacementRecord[]>(text, "it", KEYS.refusals + requestId);
  };

  const observe = gathered(OBSERVATIONS_A_MOVE, async (some: readonly (string | number)[][]) => {
    return (await run("observe", [], some.flat())) as number[];
  });

  return {
    async commit({ cause, wantedBy, tasks }) {
      const caused = [cause?.key ?? "", cause?.fingerprint ?? "", cause?.keepSeconds ?? 0];
      const wanted = wantedBy ? [`${wantedBy.kind}:${wantedBy.id}`, wantedBy.version] : ["", ""];
      const head = [clock.now(), ...caused, ...wanted];
      return outcomeOf((await run("place", [], [...head, ...tasks.flatMap(placeArguments)])) as string[]);
    },

    // Commands of one tick travel together, so this is one journey.
    get: (ids) => Promise.all(ids.map(read)),

    async waiting(atMost) {
      const lines = await answered(redis.smembers(KEYS.waiting_lines));
      const first = async (line: string) =>
        [line, (await answered(redis.zrange(KEYS.waiting_tasks + line, "0", String(atMost - 1)))) as TaskId[]] as const;
      return new Map(await Promise.all(lines.map(first)));
    },

    lineLength: (line) => answered(redis.zcard(KEYS.waiting_tasks + line)),

    placeInLine: async (line, id) => (await answered(redis.zrank(KEYS.waiting_tasks + line, id))) ?? undefined,

    async find(cluster, terms) {
      if (terms.length === 0)
        return (await answered(redis.zrange(KEYS.cluster_tasks + cluster, "0", "-1"))) as TaskId[];
      const sets = terms.map((term) => `${KEYS.task_term}${cluster}:${term}`);
      // MIN keeps createdAt as the score, and with it the order.
      return (await answered(redis.zinter(sets.length, ...sets, "AGGREGATE", "MIN"))) as TaskId[];
    },

    onHost: async (host) => (await answered(redis.smembers(KEYS.host_tasks + host))) as TaskId[],

    async requestStop(id, stop, epoch) {
      await run("request-stop", [key(id)], [id, JSON.stringify(stop), stop.code, stop.at, epoch ?? ""]);
      return await read(id);
    },

    async requestStops(stops, { kind, id, version }) {
      const asked = stops.flatMap(({ task, ...stop }) => [task, JSON.stringify(stop), stop.code, stop.at]);
      return (await run("request-stops", [`${KEYS.record}${kind}:${id}`], [version, ...asked])) === 1;
    },

    observe: async (id, epoch, observed, at) => (await observe(observationOf(id, epoch, observed, at))) === 1,

    async setDetails(id, version, details, at) {
      const done = await run("set-details", [key(id)], [id, version, JSON.stringify(details), at]);
      return done === 1 ? await read(id) : undefined;
    },

    cleaned: async (id, epoch) => (await run("cleaned", [key(id)], [id, epoch, clock.now()])) === 1,

    async forgetStoppedBefore(time, limit) {
      const flat = (await run("forget-stopped", [KEYS.stopped_tasks], [time, limit, clock.now()])) as string[];
      return [...fieldsOf(flat)].map(([id, job]) => ({ id: id as TaskId, keepsOutput: job !== "" }));
    },

    async placement(id) {
      const text = await answered(redis.hget(key(id), "placement"));
      return text === null ? undefined : parseJson<PlacementRecord>(text, "placement", key(id));
    },

    async keepRefusals(requestId, records) {
      const { cluster = "", group = "" } = records[0] ?? {};
      await run(
        "keep-refusals",
        [KEYS.refusals + requestId, KEYS.last_refusal],
        [requestId, JSON.stringify(records), REFUSALS_KEPT_SECONDS, clock.now(), cluster, group],
      );
    },

    refusals: async (requestId) => readRefusals(requestId ?? (await answered(redis.get(KEYS.last_refusal)))),
  };
};
