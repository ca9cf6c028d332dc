import { clusterId } from "../../fleet/index.ts";
import { changeRecord } from "../../kernel/change-record.ts";
import type { Scope } from "../../kernel/scope.ts";
import { checkClusterMembers, checkNewCluster } from "../model/cluster.ts";
import {
  ClusterContainsContainerInstancesException,
  ClusterContainsServicesException,
  ClusterContainsTasksException,
  ClusterNotFoundException,
  InvalidParameterException,
} from "../model/errors.ts";
import { clusterArn, clusterName } from "../model/identifiers.ts";
import { pageOf } from "../model/page.ts";
import type { ClusterRecord } from "../model/records.ts";
import { CLUSTER_TERM, clusterTerms, nameOfClusterId } from "../model/store-keys.ts";
import { readTags } from "../model/tags.ts";
import type { EcsDeps, EcsOperations } from "../ports.ts";
import { unstoppedTasks } from "../unstopped-tasks.ts";
import { ALL_CLUSTER_FIELDS, asEcsCluster } from "./as-ecs-cluster.ts";
import { providersOf } from "./cluster-providers.ts";
import { NO_TASKS } from "./cluster-tasks.ts";
import { describedCluster } from "./described-cluster.ts";
import { effectiveSetting } from "./effective-setting.ts";
import { findCluster } from "./find-cluster.ts";
import { clusterServices } from "./service/cluster-services.ts";

type ClusterOperations = EcsOperations<
  "CreateCluster" | "DeleteCluster" | "DescribeClusters" | "ListClusters" | "UpdateCluster" | "UpdateClusterSettings"
>;

const MAX_DESCRIBED = 100;

/** Clusters: made, changed, described, listed; deleted ones stay describable as INACTIVE. */
export const clusterOperations = (deps: EcsDeps): ClusterOperations => {
  const { clusters, fleet } = deps;
  const change = async (
    reference: string,
    scope: Scope,
    members: Pick<ClusterRecord, "settings"> | Partial<ClusterRecord>,
  ): Promise<ClusterRecord> => {
    const { name } = await findCluster(deps, reference, scope);
    const changed = await changeRecord(clusters, clusterId(scope, name), clusterTerms, (now) => ({
      ...now,
      ...members,
    }));
    if (!changed) throw new ClusterNotFoundException();
    return changed;
  };

  return {
    async CreateCluster(request, caller) {
      checkNewCluster(request);
      const insights = await effectiveSetting(deps, caller, "containerInsights");
      const cluster = await makeCluster(deps, caller, request.clusterName || "default", {
        settings: request.settings?.length ? request.settings : [{ name: "containerInsights", value: insights }],
        tags: readTags(request.tags),
        ...(await providersOf(deps, request, caller)),
      });
      return { cluster: await describedCluster(deps, cluster) };
    },

    async DeleteCluster({ cluster: reference }, caller) {
      const cluster = await findCluster(deps, reference, caller);
      const id = clusterId(caller, cluster.name);
      if ((await clusterServices(deps, cluster)).length > 0) throw new ClusterContainsServicesException();
      const hosts = await fleet.hosts(id);
      if (hosts.some(({ state }) => state !== "INACTIVE")) throw new ClusterContainsContainerInstancesException();
      if ((await unstoppedTasks(fleet, id, [])).length > 0) throw new ClusterContainsTasksException();
      const deleted = await changeRecord(clusters, id, clusterTerms, (now) => ({
        ...now,
        status: "INACTIVE" as const,
      }));
      if (!deleted) throw new ClusterNotFoundException();
      return { cluster: asEcsCluster(deleted, [], NO_TASKS, [], ALL_CLUSTER_FIELDS) };
    },

    async DescribeClusters({ clusters: references = [], include = [] }, caller) {
      if (references.length > MAX_DESCRIBED)
        throw new InvalidParameterException(`Clusters cannot have more than ${MAX_DESCRIBED} elements.`);
      const names = (references.length > 0 ? references : ["default"]).map((one) => clusterName(one, caller));
      const stored = await clusters.get(names.map((name) => clusterId(caller, name)));
      const found = stored.flatMap((one) => (one ? [one.value] : []));
      return {
        clusters: await Promise.all(found.map((cluster) => describedCluster(deps, cluster, include))),
        failures: names
          .filter((_, index) => !stored[index])
          .map((name) => ({ arn: clusterArn(caller, name), reason: "MISSING" })),
      };
    },

    async ListClusters(request, caller) {
      const ids = await clusters.find([CLUSTER_TERM.scopeStatus(caller, "ACTIVE")]);
      const names = ids.map(nameOfClusterId);
      const { items, ...rest } = pageOf("clusters", names, (name) => name, request, { compare });
      return { clusterArns: items.map((name) => clusterArn(caller, name)), ...rest };
    },

    async UpdateCluster(request, caller) {
      checkClusterMembers(request);
      const { settings } = request;
      return {
        cluster: await describedCluster(deps, await change(request.cluster, caller, settings ? { settings } : {})),
      };
    },

    async UpdateClusterSettings({ cluster, settings }, caller) {
      checkClusterMembers({ settings });
      return { cluster: await describedCluster(deps, await change(cluster, caller, { settings })) };
    },
  };
};

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** Makes a cluster, makes a deleted one anew, and answers an ACTIVE one as it is. */
export const makeCluster = async (
  { clusters, clock }: Pick<EcsDeps, "clusters" | "clock">,
  scope: Scope,
  name: string,
  members: Pick<ClusterRecord, "settings" | "tags" | "capacityProviders" | "defaultCapacityProviderStrategy">,
): Promise<ClusterRecord> => {
  const { account, region } = scope;
  const fresh: ClusterRecord = { account, region, name, status: "ACTIVE", createdAt: clock.now(), ...members };
  const id = clusterId(scope, name);
  const created = await clusters.create(id, fresh, clusterTerms(fresh));
  if (created) return created.value;
  const known = await changeRecord(clusters, id, clusterTerms, (now) => (now.status === "ACTIVE" ? now : fresh));
  return known ?? fresh;
};
