import type { StopCode, TaskStatus } from "../../../fleet/index.ts";
import type { TasksByProvider } from "../capacity-strategy.ts";
import type { ServiceRecord } from "./records.ts";

/** A task of a service as the decision sees it. */
export interface ServiceTask {
  readonly id: string;
  readonly host?: string;
  /** Of its own network interface, where it has one. */
  readonly zone?: string;
  /** `ecs-svc/…`: its startedBy. */
  readonly deployment: string;
  readonly desired: "RUNNING" | "STOPPED";
  readonly status: TaskStatus;
  /** Of its essential containers with health checks; UNKNOWN where none is told yet; absent where it has no health check. */
  readonly health?: "HEALTHY" | "UNHEALTHY" | "UNKNOWN";
  readonly createdAt: number;
  readonly startedAt?: number;
  readonly stoppedAt?: number;
  /** Why it was asked to stop or stopped. */
  readonly stop?: { readonly code: StopCode; readonly reason: string };
  /** Not to be stopped by the scheduler before that. */
  readonly protectedUntil?: number;
  readonly capacityProvider?: string;
}

/** A host of the cluster as the decision sees it. */
export interface ServiceHost {
  readonly id: string;
  readonly instanceId: string;
  /** ACTIVE and connected. DRAINING ones give their tasks back. */
  readonly state: "ACTIVE" | "DRAINING" | "INACTIVE";
  readonly isConnected: boolean;
  readonly zone?: string;
  /** Whether the service's placement constraints and the definition's required attributes let a task of it run there; room aside. */
  readonly fits: boolean;
}

/** Settings of the scheduler, so that tests need not wait. */
export interface ServiceSettings {
  /** How long a task without a health check runs before it counts as healthy; AWS: 40. */
  readonly healthyAfterSeconds: number;
  /** The first wait after a start that failed, and the longest; AWS: up to 27 minutes. */
  readonly backoff: { readonly firstSeconds: number; readonly longestSeconds: number };
}

/** Tasks to be asked of placement, for one deployment. */
export interface ServiceStart {
  readonly deployment: string;
  readonly count: number;
  /** DAEMON: one on each of these. */
  readonly onHosts?: readonly string[];
  /** With a strategy of capacity providers: how many of the deployment each of them has already, what is stopped left out. */
  readonly beside?: TasksByProvider;
}

/** A task to be asked to stop, in ECS's words. */
export interface ServiceStop {
  readonly task: string;
  readonly code: StopCode;
  readonly reason: string;
}

/**
 * What follows from a service, its tasks, its hosts and the time. The record is replaced first (`service` differs from what was given only
 * where something changed), then stops and starts are asked for; doing it again with what is seen then decides what is left.
 */
export interface ServiceDecision {
  readonly service: ServiceRecord;
  readonly starts: readonly ServiceStart[];
  readonly stops: readonly ServiceStop[];
  /** When to look again even if nothing happens, in milliseconds since 1970. */
  readonly lookAgainAt?: number;
}
