import * as ecs from "@aws-sdk/client-ecs";
import type { OperationTable } from "../kernel/operation.ts";
import type { Scope } from "../kernel/scope.ts";
import { forgetInactiveServices } from "./control/forget-services.ts";
import { forgetDeletedTaskDefinitions } from "./control/forget-task-definitions.ts";
import { keepServices } from "./control/service-keeper.ts";
import type { ServiceLoopDeps } from "./control/service-loop-deps.ts";
import { accountSettingOperations } from "./operations/account-settings.ts";
import type { EventBridgeEvent } from "./operations/as-event.ts";
import { attributeOperations } from "./operations/attributes.ts";
import { capacityProviderOperations } from "./operations/capacity-providers.ts";
import { clusterOperations, makeCluster } from "./operations/clusters.ts";
import { containerInstanceOperations } from "./operations/container-instances.ts";
import { execOperations } from "./operations/exec.ts";
import { describeServiceOperations } from "./operations/service/describe-services.ts";
import { serviceDeploymentOperations } from "./operations/service/service-deployments.ts";
import { serviceEvents } from "./operations/service/service-events.ts";
import { serviceOperations } from "./operations/service/services.ts";
import { taskProtectionOperations } from "./operations/service/task-protection.ts";
import { serviceWhyOperation } from "./operations/service/why.ts";
import { startTaskOperations } from "./operations/start-tasks.ts";
import { tagOperations } from "./operations/tags.ts";
import { taskDefinitionOperations } from "./operations/task-definitions.ts";
import { taskOperations } from "./operations/tasks.ts";
import type { EcsDeps } from "./ports.ts";

export { launchLookups } from "./control/launch-lookups.ts";
export { reclaimSpot } from "./control/reclaim-spot.ts";
export type { ServiceLoopDeps } from "./control/service-loop-deps.ts";
export { breachOfLimits } from "./model/limits.ts";
export { refusedLogOption } from "./model/log-configuration.ts";
export type { TaskDefinitionMembers as JobTaskMembers } from "./model/records.ts";
export { isEcsTask } from "./model/task-details.ts";
export { containerMetadata, type TaskSight, taskMetadata } from "./model/task-metadata.ts";
export { asTaskSpec } from "./model/translate-task.ts";
export { secretsFault } from "./model/validate-secrets.ts";
export { asEcsTask } from "./operations/as-ecs-task.ts";
export { asTaskStateChangeEvent } from "./operations/as-event.ts";
export { fargateOwnOperations } from "./operations/fargate-own.ts";
export type {
  AccountSettingRecord,
  CapacityProviderRecord,
  ClusterRecord,
  EcsDeps,
  EcsLimits,
  EcsStores,
  ServiceRecord,
  TaskDefinitionRecord,
} from "./ports.ts";
export { ecsRoutes } from "./rest-routes.ts";

/** ECS as it is served: AWS's model of it, and a handler for each operation that is built. The others answer 501. */
export const ecsWing = (deps: EcsDeps) => ({
  model: ecs,
  handlers: {
    ...clusterOperations(deps),
    ...capacityProviderOperations(deps),
    ...taskDefinitionOperations(deps),
    ...startTaskOperations(deps),
    ...taskOperations(deps),
    ...serviceOperations(deps),
    ...describeServiceOperations(deps),
    ...serviceDeploymentOperations(deps),
    ...taskProtectionOperations(deps),
    ...execOperations,
    ...containerInstanceOperations(deps),
    ...attributeOperations(deps),
    ...tagOperations(deps),
    ...accountSettingOperations(deps),
  } satisfies OperationTable,

  /** What is asked of Berth and not of AWS. */
  own: [serviceWhyOperation(deps)],

  /** What EventBridge is told by that version of a service, whose id it is in the feed. */
  serviceEvents: (id: string, version: number): Promise<EventBridgeEvent[]> => serviceEvents(deps, id, version),

  /** The wing's sweeps: each may run at any time, and twice at once. */
  sweeps: { forgetDeletedTaskDefinitions: () => forgetDeletedTaskDefinitions(deps) },

  /** Makes a cluster that the configuration names, where it is not there yet. To be called at every start. */
  async ensureCluster(scope: Scope, name: string): Promise<void> {
    await makeCluster(deps, scope, name, { settings: [{ name: "containerInsights", value: "disabled" }], tags: {} });
  },
});

/** ECS's loops, and the sweep that goes with them. */
export const ecsLoops = (deps: ServiceLoopDeps) => ({
  /** Keeps services as they are wanted. Resolves when the signal aborts and nothing is under way any more. */
  run: (signal: AbortSignal) => keepServices(deps, signal),
  forgetInactiveServices: () => forgetInactiveServices(deps, deps.times.keepInactiveMs),
});
