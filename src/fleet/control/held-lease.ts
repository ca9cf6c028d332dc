import type { HostId } from "../model/ids.ts";

/** A host's lease as its owner holds it. */
export interface HeldLease {
  readonly host: HostId;
  readonly epoch: number;
  /** Aborts when the lease is lost or given up. */
  readonly signal: AbortSignal;
  /** Whether it lasts a while yet by this process's own clock: asked right before what may not be repeated. */
  isHeld(): boolean;
}
