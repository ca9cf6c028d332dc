import type { ServiceDeploymentStatus } from "@aws-sdk/client-ecs";
import type { Moves } from "../../../kernel/state-table.ts";

export type ServiceDeploymentEvent =
  | "completed"
  /** The breaker gave it up, or StopServiceDeployment asks: and it goes back. */
  | "rollingBack"
  /** The breaker gave it up, and it stays where it is. */
  | "failed"
  /** The breaker gave it up, and there is nothing to go back to. */
  | "withoutCandidate"
  | "rollbackRequested"
  | "stopRequested"
  /** A newer deployment came. */
  | "superseded"
  | "rolledBack"
  | "rollbackFailed";

/** Of a service deployment. SUCCESSFUL is final: a deployment that is gone back to keeps it. */
export const SERVICE_DEPLOYMENT_MOVES: Moves<ServiceDeploymentStatus, ServiceDeploymentEvent> = {
  PENDING: {},
  IN_PROGRESS: {
    completed: "SUCCESSFUL",
    rollingBack: "ROLLBACK_IN_PROGRESS",
    failed: "STOPPED",
    withoutCandidate: "ROLLBACK_FAILED",
    rollbackRequested: "ROLLBACK_REQUESTED",
    stopRequested: "STOP_REQUESTED",
    superseded: "STOPPED",
  },
  STOP_REQUESTED: { failed: "STOPPED", superseded: "STOPPED" },
  ROLLBACK_REQUESTED: {
    rollingBack: "ROLLBACK_IN_PROGRESS",
    withoutCandidate: "ROLLBACK_FAILED",
    superseded: "ROLLBACK_FAILED",
  },
  ROLLBACK_IN_PROGRESS: {
    rolledBack: "ROLLBACK_SUCCESSFUL",
    rollbackFailed: "ROLLBACK_FAILED",
    superseded: "ROLLBACK_FAILED",
  },
  SUCCESSFUL: {},
  STOPPED: {},
  ROLLBACK_SUCCESSFUL: {},
  ROLLBACK_FAILED: {},
};
