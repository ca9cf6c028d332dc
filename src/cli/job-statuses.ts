import type { JobStatus } from "@aws-sdk/client-batch";

/** In the order in which a job passes them. */
export const JOB_STATUSES = [
  "SUBMITTED",
  "PENDING",
  "RUNNABLE",
  "STARTING",
  "RUNNING",
  "SUCCEEDED",
  "FAILED",
] as const satisfies readonly JobStatus[];

/** Whether nothing more happens to it. */
export const hasEnded = ({ status }: { readonly status?: JobStatus | undefined }): boolean =>
  status === "SUCCEEDED" || status === "FAILED";

/** Whether it is an array's parent: its children run, not itself. */
export const isArray = ({
  arrayProperties,
}: {
  readonly arrayProperties?: { readonly size?: number | undefined; readonly index?: number | undefined } | undefined;
}): boolean => arrayProperties?.size !== undefined && arrayProperties.index === undefined;
