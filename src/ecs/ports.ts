import type * as ecs from "@aws-sdk/client-ecs";
import type { Fleet } from "../fleet/index.ts";
import type { Clock } from "../kernel/clock.ts";
import type { OperationName, Operations } from "../kernel/operation.ts";
import type { RecordStore } from "../kernel/records.ts";
import type { EcsLimits } from "./model/limits.ts";
import type {
  AccountSettingRecord,
  CapacityProviderRecord,
  ClusterRecord,
  TaskDefinitionRecord,
} from "./model/records.ts";
import type { ServiceRecord } from "./model/service/records.ts";

export type { EcsLimits } from "./model/limits.ts";
export type {
  AccountSettingRecord,
  CapacityProviderRecord,
  ClusterRecord,
  TaskDefinitionRecord,
} from "./model/records.ts";
export type { ServiceRecord } from "./model/service/records.ts";

/** What ECS keeps: one store for each kind of document. */
export interface EcsStores {
  readonly clusters: RecordStore<ClusterRecord>;
  readonly capacityProviders: RecordStore<CapacityProviderRecord>;
  readonly taskDefinitions: RecordStore<TaskDefinitionRecord>;
  readonly services: RecordStore<ServiceRecord>;
  readonly accountSettings: RecordStore<AccountSettingRecord>;
}

/** Objects of S3, which Berth does not play: folders that stand for buckets. */
export interface Buckets {
  /** The object's text, or why it is not to be had, in S3's words. */
  read(
    bucket: string,
    key: string,
  ): Promise<{ readonly type: "found"; readonly text: string } | { readonly type: "missing"; readonly why: string }>;
}

/** All that the wing needs of the outside. */
export interface EcsDeps extends EcsStores {
  readonly fleet: Fleet;
  readonly clock: Clock;
  readonly limits: EcsLimits;
}

/** Handlers of ECS operations, typed by the SDK. */
export type EcsOperations<Names extends OperationName<typeof ecs>> = Operations<typeof ecs, Names>;
