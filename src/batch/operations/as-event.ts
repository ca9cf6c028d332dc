import { uuidOf } from "../../kernel/fingerprint.ts";
import { scopedName } from "../model/ids.ts";
import type { Job } from "../model/job.ts";
import { asJobDetail, type Places } from "./as-batch-job.ts";

/** An event in EventBridge's shape. */
export interface JobStateChangeEvent {
  readonly version: "0";
  readonly id: string;
  readonly "detail-type": "Batch Job State Change";
  readonly source: "aws.batch";
  readonly account: string;
  /** RFC 3339, whole seconds. */
  readonly time: string;
  readonly region: string;
  readonly resources: readonly string[];
  readonly detail: Readonly<Record<string, unknown>>;
}

/**
 * A job's change of status as Batch tells EventBridge: the job as DescribeJobs answers it. The same status of the same attempt
 * always is the same event, so a receiver can tell a repeated delivery by its id.
 */
export const asJobStateChangeEvent = (job: Job, places: Places, at: number): JobStateChangeEvent => {
  const { account, region } = scopedName(job.queue);
  const detail = asJobDetail(job, places);
  return {
    version: "0",
    id: uuidOf(job.id, job.status, String(job.attempts.length)),
    "detail-type": "Batch Job State Change",
    source: "aws.batch",
    account,
    time: new Date(at).toISOString().replace(/\.\d+Z$/, "Z"),
    region,
    resources: [detail.jobArn ?? ""],
    // Through JSON, so that it holds no undefined members: it is to be written, signed and compared as text.
    detail: JSON.parse(JSON.stringify(detail)) as Readonly<Record<string, unknown>>,
  };
};
