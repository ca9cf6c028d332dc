import { isDeepStrictEqual } from "node:util";
import type { CapacityProviderStrategyItem } from "@aws-sdk/client-ecs";
import { type AskedCapacity, capacityOf, launchTypeOf, withZeros } from "../capacity.ts";
import { InvalidParameterException } from "../errors.ts";
import type { ClusterRecord } from "../records.ts";
import { checkFargatePlacement } from "../run-request.ts";
import { currentRevision, type RevisionMembers } from "./make-service.ts";
import type { ServiceRecord } from "./records.ts";

type Revision = Pick<RevisionMembers, "launchType" | "capacityProviderStrategy">;

/** On what a revision's tasks run. */
export const capacityOfRevision = ({ launchType = "EC2", capacityProviderStrategy }: Revision): AskedCapacity =>
  capacityProviderStrategy ? { strategy: capacityProviderStrategy } : { launchType };

export const isOnFargate = (revision: Revision): boolean => launchTypeOf(capacityOfRevision(revision)) === "FARGATE";

/** Whether tasks of the service run on a provider, or are to: by a deployment that is not over. */
export const isRunOn = ({ deployments, revisions }: ServiceRecord, provider: string): boolean =>
  deployments.some(
    ({ status, revision }) =>
      status !== "INACTIVE" &&
      revisions
        .find(({ id }) => id === revision)
        ?.capacityProviderStrategy?.some(({ capacityProvider }) => capacityProvider === provider),
  );

/** What CreateService and UpdateService say of capacity. */
interface Asked {
  readonly launchType?: Parameters<typeof capacityOf>[0]["launchType"];
  readonly capacityProviderStrategy?: readonly CapacityProviderStrategyItem[] | undefined;
  readonly forceNewDeployment?: boolean | undefined;
}

/**
 * On what a service is asked to run, over what it ran on before: an update that names no strategy leaves it there, and an empty one goes from a
 * strategy back to the launch type of its providers. The cluster's default strategy counts when a service is made, and never after.
 * Throws InvalidParameterException and NotBuiltError.
 */
export const capacityOfService = (
  { launchType, capacityProviderStrategy: asked, forceNewDeployment }: Asked,
  cluster: Pick<ClusterRecord, "capacityProviders" | "defaultCapacityProviderStrategy">,
  before: Revision | undefined,
): AskedCapacity => {
  if (!before) return told(capacityOf({ launchType, capacityProviderStrategy: asked }, cluster));
  const known = capacityOfRevision(before);
  if (asked === undefined) return known;
  const next =
    asked.length === 0
      ? { launchType: launchTypeOf(known) }
      : told(capacityOf({ capacityProviderStrategy: asked }, cluster));
  if (!forceNewDeployment && !isDeepStrictEqual(next, known))
    throw new InvalidParameterException(
      "When switching from launch type to capacity provider strategy on an existing service, or making a change to a capacity provider strategy on a service that is already using one, you must force a new deployment.",
    );
  return next;
};

const told = (capacity: AskedCapacity): AskedCapacity =>
  "strategy" in capacity ? { strategy: capacity.strategy.map(withZeros) } : capacity;

/** Throws InvalidParameterException where tasks of the service cannot be scheduled in its way on what it is to run on. */
export const checkScheduling = (service: ServiceRecord): void => {
  const revision = currentRevision(service);
  if (!revision) return;
  const { schedulingStrategy, placementConstraints, placementStrategy } = service;
  const isFargate = isOnFargate(revision);
  if (schedulingStrategy === "DAEMON" && revision.capacityProviderStrategy)
    throw new InvalidParameterException(
      "Specifying a capacity provider strategy is not supported when you create a service using the DAEMON scheduling strategy.",
    );
  if (schedulingStrategy === "DAEMON" && isFargate)
    throw new InvalidParameterException(
      "The daemon scheduling strategy does not support the FARGATE launch type. Change the launch type and try again",
    );
  if (isFargate)
    checkFargatePlacement({
      placementConstraints: [...placementConstraints],
      placementStrategy: [...placementStrategy],
    });
};
