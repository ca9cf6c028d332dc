import type { HostId, Resources } from "../../fleet/index.ts";
import type { EnvironmentId, JobId, QueueId } from "./ids.ts";
import type { FairShare } from "./scheduling-policy.ts";

/** A RUNNABLE job as the decision sees it. */
export interface WaitingJob {
  readonly id: JobId;
  readonly needs: Resources;
}

/** One share of a queue: a queue without a policy has one, named by the empty text. */
export interface ShareView {
  readonly share: string;
  /** CPU units of its jobs that hold a host now. */
  readonly runningCpu: number;
  /** CPU units of those that have ended, as far as they have not faded. */
  readonly pastCpu: number;
  /** The first of them, in their order. */
  readonly jobs: readonly WaitingJob[];
  /** Whether more stand behind those. */
  readonly hasMore: boolean;
}

export interface EnvironmentView {
  readonly id: EnvironmentId;
  readonly isEnabled: boolean;
  readonly hosts: readonly HostId[];
}

export interface QueueView {
  readonly id: QueueId;
  readonly priority: number;
  readonly isEnabled: boolean;
  readonly backfill: boolean;
  /** In the order in which they are tried. */
  readonly environments: readonly EnvironmentView[];
  readonly fair?: FairShare;
  readonly shares: readonly ShareView[];
}

/** What a host has, shared by every environment over its cluster. */
export interface HostCapacity {
  readonly id: HostId;
  /** ACTIVE and connected: takes new tasks. */
  readonly isOpen: boolean;
  readonly free: Resources;
  readonly declared: Resources;
}

export interface PickedJob {
  readonly job: JobId;
  readonly queue: QueueId;
  readonly environment: EnvironmentId;
  readonly host: HostId;
  /** Of the environment's hosts: how many there were, and how many had room for the job at its turn. */
  readonly among: { readonly hosts: number; readonly withRoom: number };
  /** CPU units that were free on the host at its turn, before it took the job. */
  readonly freeCpu: number;
}

/** A code of AWS's and a sentence with figures. */
export interface Reason {
  readonly code: string;
  readonly text: string;
}

/** What goes next, and why the rest does not. */
export interface Picks {
  /** In the order in which they are to start. */
  readonly picked: readonly PickedJob[];
  /** Jobs that no host of their queue could ever hold: they are taken out of the line, with the reason. */
  readonly aside: readonly { readonly job: JobId; readonly queue: QueueId; readonly reason: Reason }[];
  /** The first job of each share that has to wait; those behind it wait for the same. */
  readonly waiting: readonly {
    readonly queue: QueueId;
    readonly share: string;
    readonly job: JobId;
    readonly reason: Reason;
  }[];
  /** Whether a share's first jobs were used up while there was room: look again at once. */
  readonly isShort: boolean;
}
