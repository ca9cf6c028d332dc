import type { Scope } from "../../kernel/scope.ts";

export interface ShareWeight {
  /** A share identifier, or a prefix ending in `*`. */
  readonly share: string;
  /** The lower, the more it gets: 0.0001 to 999.9999, 1 where nothing is said. */
  readonly weightFactor: number;
}

export interface FairShare {
  /** Past use fades within about that time; 0 means 600. */
  readonly shareDecaySeconds: number;
  /** 0 to 99: (n/100)^(active shares) of the vCPUs are kept for shares that have none yet. */
  readonly computeReservation: number;
  readonly weights: readonly ShareWeight[];
}

/** A scheduling policy. Kept under its `PolicyId`. */
export interface SchedulingPolicyRecord extends Scope {
  readonly name: string;
  readonly fairShare: FairShare;
  readonly tags: Readonly<Record<string, string>>;
  readonly createdAt: number;
}
