import type { SubmitJobRequest } from "@aws-sdk/client-batch";
import { changeRecord } from "../../kernel/change-record.ts";
import { ApiError } from "../../kernel/errors.ts";
import type { RecordStore } from "../../kernel/records.ts";
import type { Scope } from "../../kernel/scope.ts";
import type { WakeUp, WorkQueue } from "../../kernel/work-queue.ts";
import { type CronRecord, cronTerms } from "../model/cron.ts";

export interface CronKeeperDeps {
  readonly crons: RecordStore<CronRecord>;
  readonly queue: WorkQueue;
  /** Submits a job once for one key, however often it is called. Throws an ApiError where Batch refuses it. */
  readonly submit: (request: SubmitJobRequest, scope: Scope, key: string) => Promise<string>;
}

/** Submits a schedule's job when it is due. A wake-up that comes twice finds the job that the first one made. */
export const cronHandler =
  ({ crons, queue, submit }: CronKeeperDeps) =>
  async ({ data, due }: WakeUp): Promise<void> => {
    const id = String(data.id);
    const [stored] = await crons.get([id]);
    if (!stored || due === undefined) return void (await queue.callOff(id));
    const { job, account, region, name, createdAt } = stored.value;
    // A schedule that was deleted and made anew under its name is another one.
    const key = `berth:cron/${name}/${createdAt}/${due}`;
    const outcome = await submit(job, { account, region }, key).then(
      (jobId) => ({ jobId }),
      (error: unknown) => {
        // What Batch refuses it would refuse again; everything else the queue tries again.
        if (!(error instanceof ApiError) || error.fault === "server") throw error;
        return { error: error.message };
      },
    );
    await changeRecord(crons, id, cronTerms, (now) => ({ ...now, last: { due, ...outcome } }));
  };

/** Hands every schedule on record to the queue again: one whose making was cut short begins, none begins twice. */
export const scheduleAll = async ({ crons, queue }: Pick<CronKeeperDeps, "crons" | "queue">): Promise<void> => {
  const stored = await crons.get(await crons.find([]));
  for (const one of stored)
    if (one) await queue.schedule(one.id, one.value.schedule, { name: "due", data: { id: one.id } });
};
