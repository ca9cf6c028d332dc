import type { Batch } from "./batch.ts";
import type { Ecs } from "./ecs.ts";
import { CliError } from "./failure.ts";
import { findNewestJob, jobsMeant, newestOf } from "./find-jobs.ts";
import { findTask, type TaskReference, tasksBeginningWith } from "./find-tasks.ts";
import { shortId, shortJobId } from "./views/words.ts";

/** Asked late: each client takes its time to load. */
export interface Clients {
  readonly ecs: () => Promise<Ecs>;
  readonly batch: () => Promise<Batch>;
}

export type TaskOrJob = { readonly task: TaskReference } | { readonly job: string };

const isWholeTaskId = (text: string): boolean => /:task\/[^/]+\/|^[0-9a-f]{32}$/.test(text);

/** The task or job that a text means: an ARN, an id, the beginning of one, or a job's name. Throws CliError unless it means one. */
export const findTaskOrJob = async ({ ecs, batch }: Clients, text: string): Promise<TaskOrJob> => {
  if (isWholeTaskId(text)) return { task: await findTask(await ecs(), text) };
  // A task's id has nothing but hexadecimal digits.
  if (!/^[0-9a-f]+$/.test(text)) return { job: await findNewestJob(await batch(), text) };
  const [tasks, meant] = await Promise.all([
    ecs().then((client) => tasksBeginningWith(client, text)),
    batch().then((client) => jobsMeant(client, text)),
  ]);
  if (tasks.length > 0 && meant.by === "id" && meant.ids.length > 0) {
    const both = [...tasks.map(({ id }) => `task ${shortId(id)}`), ...meant.ids.map((id) => `job ${shortJobId(id)}`)];
    throw new CliError(`${text} is the beginning of several ids: ${both.slice(0, 5).join(", ")}`, {
      hint: "give more of it",
    });
  }
  if (tasks.length > 0) return { task: await findTask(await ecs(), text) };
  if (meant.ids.length > 0) return { job: newestOf(text, meant) };
  throw new CliError(`no task's or job's id begins with ${text}, and no job has that name`, {
    hint: "see them with: berth ps --all, berth jobs",
  });
};
