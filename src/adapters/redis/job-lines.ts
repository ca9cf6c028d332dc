import type { JobId, QueueId } from "../../batch/model/ids.ts";
import type { JobWait, LineEntry, ShareLine } from "../../batch/ports.ts";
import { parseJson } from "./fields.ts";
import { KEYS } from "./keys.ts";
import type { RedisStore } from "./store.ts";

type EntryAnswer = readonly [
  entry: string,
  score: string,
  attempts: string,
  cpu: string,
  memory: string,
  container: string,
  retry: string,
  since: string,
  children: string,
];
type ShareAnswer = readonly [
  share: string,
  running: string,
  past: string,
  at: string,
  front: string,
  length: number,
  ...entries: EntryAnswer[],
];

const entryOf = ([id, score, attempts, cpu, memory, container, retry, since, children]: EntryAnswer): LineEntry => ({
  id: id as JobId,
  children: children === "" ? [] : children.split(" ").map(Number),
  place: Number(score),
  attempts: Number(attempts),
  needs: { cpuUnits: Number(cpu), memoryMiB: Number(memory) },
  container,
  retry,
  since: Number(since),
});

const lineOf = (queue: QueueId, answer: ShareAnswer, limit: number): ShareLine => {
  const [share, running, past, at, front, length, ...entries] = answer;
  const read = entries.map(entryOf);
  const seen = read.reduce((sum, { children }) => sum + Math.max(1, children.length), 0);
  return {
    share,
    runningCpu: Number(running),
    pastCpu: Number(past),
    pastAt: Number(at),
    ...(front !== "" && { front: parseJson<JobWait>(front, share, KEYS.job_front + queue) }),
    entries: read,
    // An array cut short by the limit has more, too.
    hasMore: length > read.length || seen >= limit,
  };
};

/** The first jobs of each share of each queue. */
export const readLines = async (
  { run }: Pick<RedisStore, "run">,
  queues: readonly QueueId[],
  limit: number,
): Promise<ShareLine[][]> => {
  if (queues.length === 0) return [];
  const answers = (await run("job-lines", [], [limit, ...queues])) as [string, ...ShareAnswer[]][];
  return queues.map((queue, i) => (answers[i] ?? [""]).slice(1).map((one) => lineOf(queue, one as ShareAnswer, limit)));
};
