import { clusterId } from "../../fleet/index.ts";
import { parseArn } from "../../kernel/arn.ts";
import { changeRecord } from "../../kernel/change-record.ts";
import type { Caller } from "../../kernel/operation.ts";
import { changeService } from "../change-service.ts";
import { capacityProviderId, capacityProviderTerms, readProviderName } from "../model/capacity-provider.ts";
import { ClusterNotFoundException, InvalidParameterException, ResourceNotFoundException } from "../model/errors.ts";
import { clusterTerms, revisionId, taskDefinitionTerms } from "../model/store-keys.ts";
import type { Tags } from "../model/tags.ts";
import { detailsOf } from "../model/task-details.ts";
import type { EcsDeps } from "../ports.ts";
import { changeTaskDetails } from "./change-task-details.ts";
import { findCluster, lookUpCluster } from "./find-cluster.ts";
import { hostByInstance } from "./find-hosts.ts";
import { lookUpTaskDefinition } from "./find-task-definition.ts";
import { lookUpServices } from "./service/find-service.ts";
import { tasksOf } from "./tasks.ts";

/** A resource that bears tags. */
export interface TaggedResource {
  readonly tags: Tags;
  /** Changes what the tags are at that moment. */
  change(decide: (tags: Tags) => Tags): Promise<void>;
}

type Finder = (deps: EcsDeps, arn: string, cluster: string, caller: Caller) => Promise<TaggedResource>;

/** A part of a service has no tags of its own. */
const untagged: Finder = async () => {
  throw new InvalidParameterException(
    "The specified resource type does not support tags: a service's deployments and revisions have none of their own.",
  );
};

/** By the first word of an ARN's resource. */
const FINDERS: Readonly<Record<string, Finder>> = {
  async cluster(deps, arn, _, caller) {
    const cluster = await lookUpCluster(deps, arn, caller);
    if (!cluster) throw new ClusterNotFoundException();
    if (cluster.status !== "ACTIVE")
      throw new InvalidParameterException(
        "The specified cluster is inactive. Specify an active cluster and try again.",
      );
    return {
      tags: cluster.tags,
      async change(decide) {
        const id = clusterId(caller, cluster.name);
        await changeRecord(deps.clusters, id, clusterTerms, (now) => ({ ...now, tags: decide(now.tags) }));
      },
    };
  },

  async "capacity-provider"(deps, arn, _, caller) {
    const id = capacityProviderId(caller, readProviderName(arn, caller));
    const [stored] = await deps.capacityProviders.get([id]);
    if (!stored) throw notFound("capacity provider");
    return {
      tags: stored.value.tags,
      async change(decide) {
        await changeRecord(deps.capacityProviders, id, capacityProviderTerms, (now) => ({
          ...now,
          tags: decide(now.tags),
        }));
      },
    };
  },

  async "task-definition"(deps, arn, _, caller) {
    const definition = await lookUpTaskDefinition(deps, arn, caller);
    if (!definition) throw notFound("task definition");
    return {
      tags: definition.tags,
      async change(decide) {
        const id = revisionId(caller, definition.family, definition.revision);
        await changeRecord(deps.taskDefinitions, id, taskDefinitionTerms, (now) => ({
          ...now,
          tags: decide(now.tags),
        }));
      },
    };
  },

  async task(deps, arn, cluster, caller) {
    const [task] = await tasksOf(deps.fleet, await findCluster(deps, cluster, caller), caller, [arn]);
    if (!task) throw notFound("task");
    return {
      tags: detailsOf(task).tags,
      async change(decide) {
        const changed = await changeTaskDetails(deps.fleet, task, (details, now) => {
          if (now.observed.status === "STOPPED")
            throw new InvalidParameterException("The specified task is stopped. Specify a running task and try again.");
          return { ...details, tags: decide(details.tags) };
        });
        if (!changed) throw notFound("task");
      },
    };
  },

  async service(deps, arn, cluster, caller) {
    // A short ARN names no cluster: it means the default one.
    const isLong = arn.split("/").length > 2;
    const home = await findCluster(deps, isLong ? cluster : undefined, caller);
    const [stored] = await lookUpServices(deps, home, [arn], caller);
    if (!stored) throw notFound("service");
    if (stored.value.status === "INACTIVE")
      throw new InvalidParameterException(
        "The specified service is inactive. Specify an active service and try again.",
      );
    return {
      tags: stored.value.tags,
      async change(decide) {
        await changeService(deps.services, stored.id, (now) => ({ ...now, tags: decide(now.tags) }));
      },
    };
  },

  "service-deployment": untagged,
  "service-revision": untagged,

  async "container-instance"(deps, arn, cluster, caller) {
    const host = await hostByInstance(deps.fleet, await findCluster(deps, cluster, caller), caller, arn);
    return {
      tags: host.tags,
      async change(decide) {
        await deps.fleet.setHostTags(host.id, decide(host.tags));
      },
    };
  },
};

const notFound = (what: string): InvalidParameterException =>
  new InvalidParameterException(`The specified ${what} does not exist. Specify a valid ${what} and try again.`);

/** The resource of that ARN. Throws InvalidParameterException, ResourceNotFoundException, ClusterNotFoundException. */
export const taggedResource = async (deps: EcsDeps, text: string, caller: Caller): Promise<TaggedResource> => {
  const arn = parseArn(text);
  if (arn?.service !== "ecs")
    throw new InvalidParameterException("Invalid resourceArn: it is not an ARN of an ECS resource.");
  if (arn.account !== caller.account || arn.region !== caller.region)
    throw new ResourceNotFoundException("The specified resource is of another account or region.");
  const [kind = "", cluster = ""] = arn.resource.split("/");
  const find = Object.hasOwn(FINDERS, kind) ? FINDERS[kind] : undefined;
  if (!find) throw new ResourceNotFoundException(`The specified resource does not exist: ${text}.`);
  return find(deps, text, cluster, caller);
};
