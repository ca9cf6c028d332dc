import type { SubmitJobRequest } from "@aws-sdk/client-batch";
import type { Schedule } from "../../kernel/schedule.ts";
import { type Scope, scopeKey } from "../../kernel/scope.ts";

/** A job that is submitted again and again. Kept under `account/region/name`, like its schedule in the queue. */
export interface CronRecord extends Scope {
  readonly name: string;
  readonly schedule: Schedule;
  readonly job: SubmitJobRequest;
  readonly createdAt: number;
  /** What came of it when it was due last. */
  readonly last?: CronRun;
}

/** One time that it was due; times are milliseconds since 1970. */
export interface CronRun {
  readonly due: number;
  /** The job that was submitted. */
  readonly jobId?: string;
  /** Why none was. */
  readonly error?: string;
}

export const cronId = ({ account, region, name }: Scope & { readonly name: string }): string =>
  `${scopeKey({ account, region })}/${name}`;

export const cronTerms = (cron: Scope): string[] => [`scope:${scopeKey(cron)}`];

/** The queue that carries schedules to their time. */
export const CRON_QUEUE = "batch-cron";
