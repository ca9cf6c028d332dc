import type { ServiceDeploymentStatus } from "@aws-sdk/client-ecs";
import type { Ecs } from "../ecs.ts";
import { describeTasks, taskArns } from "../find-tasks.ts";

/** A service as lab 4's checks look at it. */
export interface ServiceSight {
  /** Absent where there is none, or it was deleted. */
  readonly service?: {
    readonly desiredCount: number;
    readonly runningCount: number;
    readonly hasBreaker: boolean;
    /** Of its deployments, the newest first. */
    readonly deployments: readonly ServiceDeploymentStatus[];
  };
  /** Whether a task of it has ended by itself after it ran, in the last hour. */
  readonly hasLostTask: boolean;
}

const CLUSTER = "default";

/** Looks at what a learner did, by the same operations that the learner used. */
export const lookAtService = async (ecs: Ecs, name: string): Promise<ServiceSight> => {
  const { services = [] } = await ecs.describeServices({ services: [name] });
  const service = services.find(({ status }) => status === "ACTIVE");
  if (!service) return { hasLostTask: false };
  const { serviceDeployments = [] } = await ecs.listServiceDeployments({ service: name });
  const stopped = await describeTasks(ecs, CLUSTER, await taskArns(ecs, CLUSTER, "STOPPED"));
  return {
    service: {
      desiredCount: service.desiredCount ?? 0,
      runningCount: service.runningCount ?? 0,
      hasBreaker: service.deploymentConfiguration?.deploymentCircuitBreaker?.rollback === true,
      deployments: serviceDeployments.flatMap(({ status }) => status ?? []),
    },
    hasLostTask: stopped.some(
      ({ group, stopCode, startedAt }) =>
        group === `service:${name}` && stopCode === "EssentialContainerExited" && startedAt !== undefined,
    ),
  };
};
