import type { CapacityProvider, CapacityProviderField } from "@aws-sdk/client-ecs";
import { clusterId } from "../../fleet/index.ts";
import { changeRecord } from "../../kernel/change-record.ts";
import type { Scope } from "../../kernel/scope.ts";
import { FARGATE_PROVIDERS, isFargateProvider } from "../model/capacity.ts";
import {
  capacityProviderArn,
  capacityProviderId,
  capacityProviderTerms,
  checkProviderUpdate,
  noSuchProvider,
  readNewProvider,
  readProviderName,
} from "../model/capacity-provider.ts";
import {
  ClientException,
  ClusterNotFoundException,
  InvalidParameterException,
  ResourceInUseException,
} from "../model/errors.ts";
import { capacityProviderName } from "../model/identifiers.ts";
import { pageOf } from "../model/page.ts";
import type { CapacityProviderRecord, ClusterRecord } from "../model/records.ts";
import { isRunOn } from "../model/service/runs-on.ts";
import { CLUSTER_TERM, clusterTerms } from "../model/store-keys.ts";
import { asTagList, readTags } from "../model/tags.ts";
import { TERM } from "../model/task-details.ts";
import type { EcsDeps, EcsOperations } from "../ports.ts";
import { unstoppedTasks } from "../unstopped-tasks.ts";
import { providersOf } from "./cluster-providers.ts";
import { describedCluster } from "./described-cluster.ts";
import { findCluster } from "./find-cluster.ts";
import { clusterServices } from "./service/cluster-services.ts";

type CapacityProviderOperations = EcsOperations<
  | "CreateCapacityProvider"
  | "DescribeCapacityProviders"
  | "UpdateCapacityProvider"
  | "DeleteCapacityProvider"
  | "PutClusterCapacityProviders"
>;

const MAX_DESCRIBED = 100;
const MAX_PAGE = 10;

/** Capacity providers: FARGATE and FARGATE_SPOT, and those over hosts that say of which Auto Scaling group they are. */
export const capacityProviderOperations = (deps: EcsDeps): CapacityProviderOperations => {
  const { capacityProviders, clusters, clock, fleet } = deps;
  return {
    async CreateCapacityProvider(request, caller) {
      const autoScalingGroupProvider = readNewProvider(request);
      const { account, region } = caller;
      const made: CapacityProviderRecord = {
        account,
        region,
        name: request.name,
        autoScalingGroupProvider,
        tags: readTags(request.tags),
        createdAt: clock.now(),
      };
      const id = capacityProviderId(caller, made.name);
      if (!(await capacityProviders.create(id, made, capacityProviderTerms(made))))
        throw new ClientException(
          "The specified capacity provider already exists. To change the configuration of an existing capacity provider, update the capacity provider.",
        );
      return { capacityProvider: asProvider(made, ["TAGS"]) };
    },

    async DescribeCapacityProviders({ capacityProviders: texts = [], cluster, include = [], ...page }, caller) {
      if (texts.length > MAX_DESCRIBED)
        throw new InvalidParameterException(`Capacity providers cannot have more than ${MAX_DESCRIBED} elements.`);
      const own = await capacityProviders.get(await capacityProviders.find(capacityProviderTerms(caller)));
      const ofCluster = cluster ? ((await findCluster(deps, cluster, caller)).capacityProviders ?? []) : undefined;
      const all = [
        ...FARGATE_PROVIDERS.map((name) => asFargate(caller, name)),
        ...own.flatMap((stored) => (stored ? [asProvider(stored.value, include)] : [])),
      ].filter(({ name = "" }) => ofCluster?.includes(name) ?? true);
      if (texts.length === 0) {
        const { items, ...rest } = pageOf("capacity-providers", all, ({ name = "" }) => name, page, {
          limit: MAX_PAGE,
        });
        return { capacityProviders: items, failures: [], ...rest };
      }
      const found = texts.map((text) => all.find(({ name }) => name === capacityProviderName(text, caller)));
      return {
        capacityProviders: found.flatMap((one) => one ?? []),
        failures: texts
          .filter((_, index) => !found[index])
          .map((text) => ({
            arn: text.startsWith("arn:") ? text : capacityProviderArn(caller, text),
            reason: "MISSING",
          })),
      };
    },

    async UpdateCapacityProvider({ name: text, autoScalingGroupProvider }, caller) {
      const name = readProviderName(text, caller);
      refuseFargate(name, "updated");
      checkProviderUpdate(autoScalingGroupProvider);
      const changed = await changeRecord(
        capacityProviders,
        capacityProviderId(caller, name),
        capacityProviderTerms,
        (now) => ({ ...now, updateStatus: "UPDATE_COMPLETE" as const }),
      );
      if (!changed) throw noSuchProvider();
      return { capacityProvider: asProvider(changed, ["TAGS"]) };
    },

    async DeleteCapacityProvider({ capacityProvider: text }, caller) {
      const name = readProviderName(text, caller);
      refuseFargate(name, "deleted");
      const [stored] = await capacityProviders.get([capacityProviderId(caller, name)]);
      if (!stored) throw noSuchProvider();
      const user = (await activeClusters(caller)).find((cluster) => cluster.capacityProviders?.includes(name));
      if (user)
        throw new ClientException(
          `The capacity provider cannot be deleted because it is associated with cluster: ${user.name}. Remove the capacity provider from the cluster and try again.`,
        );
      await capacityProviders.remove(stored.id);
      return {
        capacityProvider: {
          ...asProvider(stored.value, ["TAGS"]),
          status: "INACTIVE",
          updateStatus: "DELETE_COMPLETE",
        },
      };
    },

    async PutClusterCapacityProviders({ cluster: reference, ...asked }, caller) {
      const cluster = await findCluster(deps, reference, caller);
      const members = await providersOf(deps, asked, caller);
      for (const name of cluster.capacityProviders ?? [])
        if (!members.capacityProviders?.includes(name)) await refuseWhereUsed(cluster, name);
      const id = clusterId(caller, cluster.name);
      const changed = await changeRecord(clusters, id, clusterTerms, (now) => ({ ...now, ...members }));
      if (!changed) throw new ClusterNotFoundException();
      return { cluster: await describedCluster(deps, changed) };
    },
  };

  async function activeClusters(scope: Scope): Promise<ClusterRecord[]> {
    const stored = await clusters.get(await clusters.find([CLUSTER_TERM.scopeStatus(scope, "ACTIVE")]));
    return stored.flatMap((one) => (one ? [one.value] : []));
  }

  async function refuseWhereUsed(cluster: ClusterRecord, name: string): Promise<void> {
    const users = await unstoppedTasks(fleet, clusterId(cluster, cluster.name), [TERM.capacityProvider(name)]);
    const services = (await clusterServices(deps, cluster)).filter(({ value }) => isRunOn(value, name));
    if (users.length + services.length > 0)
      throw new ResourceInUseException(
        "The specified capacity provider is in use and cannot be removed. Ensure that the capacity provider is not in use by any tasks or services and try again.",
      );
  }
};

const refuseFargate = (name: string, verb: string): void => {
  if (isFargateProvider(name))
    throw new ClientException(`The specified capacity provider is reserved: ${name} cannot be ${verb}.`);
};

const asFargate = (scope: Scope, name: (typeof FARGATE_PROVIDERS)[number]): CapacityProvider => ({
  capacityProviderArn: capacityProviderArn(scope, name),
  name,
  status: "ACTIVE",
  tags: [],
  type: name,
});

const asProvider = (provider: CapacityProviderRecord, include: readonly CapacityProviderField[]): CapacityProvider => ({
  capacityProviderArn: capacityProviderArn(provider, provider.name),
  name: provider.name,
  status: "ACTIVE",
  autoScalingGroupProvider: provider.autoScalingGroupProvider,
  ...(provider.updateStatus && { updateStatus: provider.updateStatus }),
  tags: include.includes("TAGS") ? asTagList(provider.tags) : [],
  type: "EC2_AUTOSCALING",
});
