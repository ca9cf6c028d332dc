import type { CreateServiceRequest, UpdateServiceRequest } from "@aws-sdk/client-ecs";
import { fingerprintOf } from "../../../kernel/fingerprint.ts";
import type { Scope } from "../../../kernel/scope.ts";
import { InvalidParameterException } from "../errors.ts";
import { isName } from "../identifiers.ts";
import { readTags } from "../tags.ts";
import { newDeployment, primaryOf } from "./deployments.ts";
import { refuseServiceMembers } from "./members.ts";
import { digitsOf } from "./names.ts";
import { checkGrace, readBounds, readDesiredCount, readPlacing } from "./read-settings.ts";
import type { ServiceRecord, ServiceRevisionRecord } from "./records.ts";

/** What a revision says, without its name and time. */
export type RevisionMembers = Omit<ServiceRevisionRecord, "id" | "createdAt">;

/** Who asks, when, and by which request: what ids of new deployments derive from. */
export interface Asking {
  readonly requestId: string;
  readonly principal: string;
  readonly now: number;
}

/** A new service with its first deployment. Throws InvalidParameterException and NotBuiltError. */
export const makeService = (
  request: CreateServiceRequest,
  cluster: Scope & { readonly name: string },
  revision: RevisionMembers,
  asking: Asking,
): ServiceRecord => {
  refuseServiceMembers(request);
  const { serviceName = "", clientToken, schedulingStrategy: strategy = "REPLICA" } = request;
  if (!isName(serviceName))
    throw new InvalidParameterException("Service names have 1 to 255 letters, numbers, underscores and hyphens.");
  if (clientToken !== undefined && !/^[\x21-\x7e]{1,36}$/.test(clientToken))
    throw new InvalidParameterException("clientToken must be 1 to 36 characters in the range of 33 to 126.");
  const desiredCount = readDesiredCount(request.desiredCount, strategy);
  if (desiredCount === undefined && strategy === "REPLICA")
    throw new InvalidParameterException("desiredCount is required with the scheduling strategy REPLICA.");
  checkGrace(request.healthCheckGracePeriodSeconds);
  const service: ServiceRecord = {
    account: cluster.account,
    region: cluster.region,
    cluster: cluster.name,
    name: serviceName,
    status: "ACTIVE",
    schedulingStrategy: strategy,
    desiredCount: desiredCount ?? 0,
    bounds: readBounds(request.deploymentConfiguration, strategy),
    ...readPlacing(request, strategy, { placementConstraints: [], placementStrategy: [] }),
    ...(request.healthCheckGracePeriodSeconds === undefined
      ? {}
      : { healthCheckGracePeriodSeconds: request.healthCheckGracePeriodSeconds }),
    availabilityZoneRebalancing: request.availabilityZoneRebalancing ?? "DISABLED",
    enableECSManagedTags: request.enableECSManagedTags ?? false,
    propagateTags: request.propagateTags ?? "NONE",
    tags: readTags(request.tags),
    createdBy: asking.principal,
    createdAt: asking.now,
    deployments: [],
    revisions: [],
    events: [],
    isSteady: false,
    ...(clientToken === undefined ? {} : { creation: { clientToken, fingerprint: fingerprintOf(request) } }),
  };
  return rolledTo(service, revision, asking);
};

/** The service with what UpdateService changes at once, before any new deployment. Throws InvalidParameterException and NotBuiltError. */
export const changedService = (service: ServiceRecord, request: UpdateServiceRequest): ServiceRecord => {
  refuseServiceMembers(request);
  const { schedulingStrategy: strategy } = service;
  const desiredCount = readDesiredCount(request.desiredCount, strategy) ?? service.desiredCount;
  const grace = request.healthCheckGracePeriodSeconds ?? service.healthCheckGracePeriodSeconds;
  checkGrace(grace);
  const bounds = readBounds(request.deploymentConfiguration, strategy, service.bounds);
  return {
    ...service,
    desiredCount,
    bounds,
    // A roll under way keeps to what is said now.
    deployments: service.deployments.map((one) => (one.status === "PRIMARY" ? { ...one, bounds } : one)),
    ...readPlacing(request, strategy, service),
    ...(grace === undefined ? {} : { healthCheckGracePeriodSeconds: grace }),
    availabilityZoneRebalancing: request.availabilityZoneRebalancing ?? service.availabilityZoneRebalancing,
    enableECSManagedTags: request.enableECSManagedTags ?? service.enableECSManagedTags,
    propagateTags: request.propagateTags ?? service.propagateTags,
    isSteady: service.isSteady && desiredCount === service.desiredCount,
  };
};

/** The service rolling to that revision. */
export const rolledTo = (service: ServiceRecord, revision: RevisionMembers, asking: Asking): ServiceRecord => {
  const digits = (kind: string): string => digitsOf(asking.requestId, service.name, kind);
  return newDeployment(
    service,
    { id: digits("revision"), ...revision, createdAt: asking.now },
    { deployment: `ecs-svc/${digits("deployment")}`, serviceDeployment: digits("service deployment") },
    asking.now,
  );
};

/** What the service runs now. */
export const currentRevision = (service: ServiceRecord): ServiceRevisionRecord | undefined => {
  const primary = primaryOf(service);
  return service.revisions.find(({ id }) => id === primary?.revision);
};

/** Whether both say the same. */
export const isSameRevision = (revision: RevisionMembers, other: RevisionMembers): boolean => {
  const membersOf = ({ taskDefinition, launchType, capacityProviderStrategy, ...rest }: RevisionMembers) => ({
    taskDefinition,
    launchType,
    capacityProviderStrategy,
    platformVersion: rest.platformVersion,
    networkConfiguration: rest.networkConfiguration,
  });
  return fingerprintOf(membersOf(revision)) === fingerprintOf(membersOf(other));
};
