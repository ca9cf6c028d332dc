import type { AssignPublicIp, LaunchType, NetworkConfiguration } from "@aws-sdk/client-ecs";
import { InvalidParameterException } from "./errors.ts";

const MAX_SUBNETS = 16;
const MAX_SECURITY_GROUPS = 5;

/** The network interface that tasks in network mode awsvpc are asked to have. */
export interface AskedNetwork {
  readonly subnets: readonly string[];
  /** Kept as they were given. Nothing enforces them. */
  readonly securityGroups: readonly string[];
  readonly assignPublicIp: AssignPublicIp;
}

/** What a request's network configuration is held against. */
export interface NetworkSituation {
  /** The task definition's; bridge where it says none. */
  readonly networkMode: string | undefined;
  readonly launchType: LaunchType;
  /** Zones in which the cluster has capacity: each is a subnet. Of a cluster that has none yet, any subnet is taken. */
  readonly zones: Iterable<string>;
}

const SUBNET = "subnet-";

/** A zone's subnet: every zone has one, all are of one VPC. */
export const subnetOf = (zone: string): string => `${SUBNET}${zone}`;

/** The zones of subnets, in which tasks may run. */
export const zonesOf = ({ subnets }: Pick<AskedNetwork, "subnets">): string[] =>
  subnets.map((subnet) => subnet.slice(SUBNET.length));

/** What is asked for and not done, for whoever asks why a task is as it is. */
export const notesOnNetwork = ({ securityGroups }: AskedNetwork): string[] =>
  securityGroups.length === 0 ? [] : [`Security groups are not enforced: ${securityGroups.join(", ")}.`];

/** The network of a configuration that was found right when it was given; `undefined` where it is none. */
const askedNetwork = (configuration: NetworkConfiguration | undefined): AskedNetwork | undefined => {
  const { subnets = [], securityGroups = [], assignPublicIp = "DISABLED" } = configuration?.awsvpcConfiguration ?? {};
  return configuration?.awsvpcConfiguration && { subnets: [...new Set(subnets)], securityGroups, assignPublicIp };
};

/**
 * The network configuration of RunTask, StartTask, CreateService and UpdateService: needed in network mode awsvpc, refused in the others
 * (`undefined`). Throws InvalidParameterException.
 */
export const readNetworkConfiguration = (
  configuration: NetworkConfiguration | undefined,
  situation: NetworkSituation,
): AskedNetwork | undefined => {
  if (situation.networkMode !== "awsvpc") {
    if (configuration === undefined) return undefined;
    throw new InvalidParameterException(
      "Network Configuration is not valid for the given networkMode of this task definition.",
    );
  }
  const asked = askedNetwork(configuration);
  if (!asked)
    throw new InvalidParameterException(
      "Network Configuration must be provided when networkMode 'awsvpc' is specified.",
    );
  const { subnets, securityGroups, assignPublicIp } = asked;
  if (subnets.length === 0) throw new InvalidParameterException("subnets can not be empty.");
  if (subnets.length > MAX_SUBNETS)
    throw new InvalidParameterException(`subnets can have at most ${MAX_SUBNETS} items.`);
  if (securityGroups.length > MAX_SECURITY_GROUPS)
    throw new InvalidParameterException(`securityGroups can have at most ${MAX_SECURITY_GROUPS} items.`);
  if (assignPublicIp === "ENABLED" && situation.launchType !== "FARGATE")
    throw new InvalidParameterException("Assign public IP is not supported for this launch type.");
  refuseUnknownSubnets(subnets, new Set([...situation.zones].map(subnetOf)));
  return asked;
};

const refuseUnknownSubnets = (subnets: readonly string[], known: ReadonlySet<string>): void => {
  const unknown = subnets.find((subnet) => (known.size > 0 ? !known.has(subnet) : !subnet.startsWith(SUBNET)));
  if (unknown === undefined) return;
  throw new InvalidParameterException(
    `Error retrieving subnet information for [${subnets.join(", ")}]: The subnet ID '${unknown}' does not exist (ErrorCode: InvalidSubnetID.NotFound)`,
  );
};
