import type { HealthStatus } from "@aws-sdk/client-ecs";
import type { Task } from "../../fleet/index.ts";

/**
 * A task's health from its essential containers that have a health check: all HEALTHY, else UNHEALTHY if any is, else
 * UNKNOWN, as it is without any health check.
 */
export const taskHealth = ({ spec, observed }: Pick<Task, "spec" | "observed">): HealthStatus => {
  const checked = spec.containers.filter(({ essential, healthCheck }) => essential && healthCheck);
  const states = checked.map(({ name }) => observed.containers.find((one) => one.name === name)?.health ?? "UNKNOWN");
  if (states.length === 0) return "UNKNOWN";
  if (states.includes("UNHEALTHY")) return "UNHEALTHY";
  return states.includes("UNKNOWN") ? "UNKNOWN" : "HEALTHY";
};
