import type { Scope } from "../../kernel/scope.ts";

/** A compute environment over the declared hosts of a cluster. Kept under its `EnvironmentId`. */
export interface ComputeEnvironmentRecord extends Scope {
  readonly name: string;
  readonly type: "UNMANAGED";
  /** DISABLED starts nothing new. */
  readonly state: "ENABLED" | "DISABLED";
  /** Name of the ECS cluster in the same scope whose hosts it uses. */
  readonly cluster: string;
  /** Of fair-share reservations; absent, the hosts' own sum. */
  readonly unmanagedVcpus?: number;
  readonly serviceRole?: string;
  /** A UUID, as AWS shows one. */
  readonly uuid: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly createdAt: number;
}
