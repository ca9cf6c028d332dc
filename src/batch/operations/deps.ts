import type * as batch from "@aws-sdk/client-batch";
import type { EcsLimits } from "../../ecs/index.ts";
import type { Fleet } from "../../fleet/index.ts";
import type { Clock } from "../../kernel/clock.ts";
import type { OperationName, Operations } from "../../kernel/operation.ts";
import type { Random } from "../../kernel/random.ts";
import type { BatchRecords, JobStore } from "../ports.ts";

/** What `batch` in berth.yaml settles for the operations. */
export interface BatchSettings {
  /** The cluster of environments that name none in a tag. */
  readonly cluster: string;
  /** Whether queues that say nothing else in a tag let jobs overtake. */
  readonly backfill: boolean;
  /** The least that a timeout may be. */
  readonly minimumAttemptDurationSeconds: number;
}

/** All that the operations need of the outside. */
export interface BatchDeps extends BatchRecords {
  readonly jobs: JobStore;
  readonly fleet: Pick<Fleet, "hosts" | "logs" | "placement">;
  readonly clock: Clock;
  readonly random: Random;
  readonly settings: BatchSettings;
  /** What the owner of the hosts lets containers reach, `allow` in berth.yaml. */
  readonly limits: EcsLimits;
}

/** Handlers of Batch's operations, typed by the SDK. */
export type BatchOperations<Names extends OperationName<typeof batch>> = Operations<typeof batch, Names>;
