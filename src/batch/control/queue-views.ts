import { type ClusterId, clusterId, type HostView } from "../../fleet/index.ts";
import type { RecordStore } from "../../kernel/records.ts";
import { type EnvironmentId, type PolicyId, type QueueId, scopedName } from "../model/ids.ts";
import type { JobQueueRecord } from "../model/job-queue.ts";
import type { EnvironmentView, HostCapacity, QueueView } from "../model/pick-input.ts";
import type { FairShare } from "../model/scheduling-policy.ts";
import type { BatchLoopDeps } from "./loop-deps.ts";

/** A queue with the environments and the policy that it names, as they are on record. */
export interface KnownQueue extends Omit<QueueView, "shares" | "environments"> {
  readonly record: JobQueueRecord;
  readonly environments: readonly KnownEnvironment[];
}

export interface KnownEnvironment extends Omit<EnvironmentView, "hosts"> {
  readonly cluster: ClusterId;
}

type Records = Pick<BatchLoopDeps, "jobQueues" | "computeEnvironments" | "schedulingPolicies">;

const readAll = async <T>(store: RecordStore<T>): Promise<Map<string, T>> => {
  const stored = await store.get(await store.find([]));
  return new Map(stored.flatMap((one) => (one ? [[one.id, one.value] as const] : [])));
};

/** Every queue, with what it names. */
export const readQueues = async (records: Records): Promise<KnownQueue[]> => {
  const [queues, environments, policies] = await Promise.all([
    readAll(records.jobQueues),
    readAll(records.computeEnvironments),
    readAll(records.schedulingPolicies),
  ]);
  const environment = (id: EnvironmentId): KnownEnvironment[] => {
    const record = environments.get(id);
    if (!record) return [];
    return [{ id, isEnabled: record.state === "ENABLED", cluster: clusterId(scopedName(id), record.cluster) }];
  };
  const fairOf = (id: PolicyId | undefined): FairShare | undefined => id && policies.get(id)?.fairShare;
  return [...queues].map(([id, record]) => {
    const fair = fairOf(record.schedulingPolicy);
    return {
      id: id as QueueId,
      record,
      priority: record.priority,
      isEnabled: record.state === "ENABLED",
      backfill: record.backfill,
      environments: record.environments.flatMap(environment),
      ...(fair && { fair }),
    };
  });
};

export const clustersOf = (queues: readonly KnownQueue[]): ClusterId[] => [
  ...new Set(queues.flatMap(({ environments }) => environments.map(({ cluster }) => cluster))),
];

/** Deregistered hosts are none: a job that only they could hold is set aside. */
export const capacitiesOf = (hosts: readonly HostView[]): HostCapacity[] =>
  hosts
    .filter(({ state }) => state !== "INACTIVE")
    .map(({ id, state, health, declared, ledger }) => ({
      id,
      isOpen: state === "ACTIVE" && health === "CONNECTED",
      free: ledger.free,
      declared,
    }));

export const withHosts = (environments: readonly KnownEnvironment[], hosts: readonly HostView[]): EnvironmentView[] =>
  environments.map(({ id, isEnabled, cluster }) => ({
    id,
    isEnabled,
    hosts: hosts.filter((host) => host.cluster === cluster).map((host) => host.id),
  }));
