import { CannotAddSliceError, clusterId, type HostView, matchesQuery, parseQuery } from "../../fleet/index.ts";
import { NotBuiltError } from "../../kernel/errors.ts";
import { ClientException, InvalidParameterException } from "../model/errors.ts";
import { containerInstanceArn } from "../model/identifiers.ts";
import { pageOf } from "../model/page.ts";
import { readInstance } from "../model/register-instance.ts";
import { readTags } from "../model/tags.ts";
import type { EcsDeps, EcsOperations } from "../ports.ts";
import { asEcsContainerInstance } from "./as-ecs-container-instance.ts";
import { findCluster } from "./find-cluster.ts";
import { findHosts, hostByInstance, missing } from "./find-hosts.ts";

type ContainerInstanceOperations = EcsOperations<
  | "RegisterContainerInstance"
  | "DeregisterContainerInstance"
  | "DescribeContainerInstances"
  | "ListContainerInstances"
  | "UpdateContainerInstancesState"
>;

const MAX_DESCRIBED = 100;
const MAX_CHANGED = 10;

const checkMany = (texts: readonly string[], most: number): void => {
  if (texts.length === 0) throw new InvalidParameterException("Container instances cannot be empty.");
  if (texts.length > most)
    throw new InvalidParameterException(`Container instances cannot have more than ${most} elements.`);
};

/** Container instances: the hosts of a cluster. Registering one makes a slice of an engine that is in use already. */
export const containerInstanceOperations = (deps: EcsDeps): ContainerInstanceOperations => {
  const { fleet } = deps;
  return {
    async RegisterContainerInstance(request, caller) {
      if (request.containerInstanceArn)
        throw new NotBuiltError("Registering a container instance anew by 'containerInstanceArn'");
      const { resources, attributes } = readInstance(request);
      const tags = readTags(request.tags);
      const cluster = await findCluster(deps, request.cluster, caller);
      const slice = { cluster: clusterId(caller, cluster.name), resources, attributes, tags };
      const host = await fleet.addSlice(slice).catch((error: unknown) => {
        throw error instanceof CannotAddSliceError ? new ClientException(error.message) : error;
      });
      return { containerInstance: asEcsContainerInstance(host, ["TAGS"]) };
    },

    async DeregisterContainerInstance({ cluster: reference, containerInstance, force = false }, caller) {
      const cluster = await findCluster(deps, reference, caller);
      const host = await hostByInstance(fleet, cluster, caller, containerInstance);
      // By force it is INACTIVE at once, and leaves when the tasks that were asked to stop have stopped.
      if (!(await fleet.removeHost(host.id, force)) && !force)
        throw new InvalidParameterException("Found running tasks on the instance.");
      return { containerInstance: asEcsContainerInstance({ ...host, state: "INACTIVE" }) };
    },

    async DescribeContainerInstances({ cluster: reference, containerInstances, include = [] }, caller) {
      checkMany(containerInstances, MAX_DESCRIBED);
      const cluster = await findCluster(deps, reference, caller);
      const found = await findHosts(fleet, cluster, caller, containerInstances);
      return {
        containerInstances: found.flatMap(({ host }) => (host ? [asEcsContainerInstance(host, include)] : [])),
        failures: missing(found),
      };
    },

    async ListContainerInstances({ cluster: reference, filter, status, ...page }, caller) {
      const matches = filterOf(filter);
      const cluster = await findCluster(deps, reference, caller);
      const hosts = await fleet.hosts(clusterId(caller, cluster.name));
      const ids = hosts
        .filter((host) => (status ? host.state === status : host.state !== "INACTIVE") && matches(host))
        .map(({ instanceId }) => instanceId)
        .sort();
      const { items, ...rest } = pageOf("container-instances", ids, (id) => id, page, {
        compare: (a, b) => (a < b ? -1 : a > b ? 1 : 0),
      });
      return { containerInstanceArns: items.map((id) => containerInstanceArn(caller, cluster.name, id)), ...rest };
    },

    async UpdateContainerInstancesState({ cluster: reference, containerInstances, status }, caller) {
      checkMany(containerInstances, MAX_CHANGED);
      if (status !== "ACTIVE" && status !== "DRAINING")
        throw new InvalidParameterException("Container instance status should be one of [ACTIVE, DRAINING].");
      const cluster = await findCluster(deps, reference, caller);
      const found = await findHosts(fleet, cluster, caller, containerInstances);
      const changed = await Promise.all(
        found.map(async ({ arn, host }) => ({ arn, host: host && (await fleet.setHostState(host.id, status)) })),
      );
      return {
        containerInstances: changed.flatMap(({ host }) => (host ? [asEcsContainerInstance(host)] : [])),
        failures: missing(changed),
      };
    },
  };
};

/** A filter in the cluster query language. Throws InvalidParameterException that says where it does not parse. */
const filterOf = (filter: string | undefined): ((host: HostView) => boolean) => {
  if (!filter) return () => true;
  const parsed = parseQuery(filter);
  if (!parsed.ok) throw new InvalidParameterException(`Invalid filter "${filter}": ${parsed.message}.`);
  return (host) => matchesQuery(parsed.query, host);
};
