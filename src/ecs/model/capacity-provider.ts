import type {
  AutoScalingGroupProvider,
  AutoScalingGroupProviderUpdate,
  CreateCapacityProviderRequest,
} from "@aws-sdk/client-ecs";
import { formatArn } from "../../kernel/arn.ts";
import { NotBuiltError } from "../../kernel/errors.ts";
import { type Scope, scopeKey } from "../../kernel/scope.ts";
import { ClientException, InvalidParameterException } from "./errors.ts";
import { capacityProviderName, isName } from "./identifiers.ts";
import type { CapacityProviderRecord } from "./records.ts";

/** The attribute by which a host says of which Auto Scaling group it is: the group's name. */
export const GROUP_ATTRIBUTE = "autoScalingGroup";

export const capacityProviderArn = (scope: Scope, name: string): string =>
  formatArn({ ...scope, service: "ecs", resource: `capacity-provider/${name}` });

export const capacityProviderId = (scope: Scope, name: string): string => `${scopeKey(scope)}/${name}`;

export const capacityProviderTerms = (provider: Pick<CapacityProviderRecord, "account" | "region">): string[] => [
  `scope:${scopeKey(provider)}`,
];

/** The name of an Auto Scaling group in its ARN, or the text itself. */
export const groupNameOf = ({ autoScalingGroupArn = "" }: AutoScalingGroupProvider): string =>
  autoScalingGroupArn.startsWith("arn:")
    ? (/:autoScalingGroupName\/(.+)$/.exec(autoScalingGroupArn)?.[1] ?? "")
    : autoScalingGroupArn;

/** Settings of AWS that make and end instances. There is nothing here that could. */
const checkManaged = ({
  managedScaling,
  managedTerminationProtection,
  managedDraining,
}: AutoScalingGroupProviderUpdate): void => {
  if (managedScaling && managedScaling.status !== "DISABLED")
    throw new NotBuiltError("'managedScaling' of a capacity provider, other than with the status DISABLED,");
  if (managedTerminationProtection === "ENABLED")
    throw new NotBuiltError("'managedTerminationProtection' of a capacity provider");
  if (managedDraining === "ENABLED") throw new NotBuiltError("'managedDraining' of a capacity provider");
};

const UNMANAGED = {
  managedScaling: { status: "DISABLED" },
  managedTerminationProtection: "DISABLED",
  managedDraining: "DISABLED",
} as const;

/** Checks a new provider, and answers its group with every default filled in. Throws ClientException, InvalidParameterException and NotBuiltError. */
export const readNewProvider = (request: CreateCapacityProviderRequest): AutoScalingGroupProvider => {
  const { name = "", cluster, autoScalingGroupProvider, managedInstancesProvider } = request;
  if (!isName(name) || /^(aws|ecs|fargate)/i.test(name))
    throw new ClientException(
      "The specified capacity provider name is invalid. Up to 255 characters are allowed, including letters (upper and lowercase), numbers, underscores, and hyphens. The name cannot be prefixed with 'aws', 'ecs', or 'fargate'.",
    );
  if (managedInstancesProvider) throw new NotBuiltError("'managedInstancesProvider' of a capacity provider");
  if (cluster) throw new InvalidParameterException("Only capacity providers of managed instances belong to a cluster.");
  if (!autoScalingGroupProvider)
    throw new ClientException("An Auto Scaling group provider must be specified to create a capacity provider.");
  if (!groupNameOf(autoScalingGroupProvider))
    throw new ClientException("The specified Auto Scaling group ARN is invalid. Specify a valid ARN and try again.");
  checkManaged(autoScalingGroupProvider);
  return { ...UNMANAGED, autoScalingGroupArn: autoScalingGroupProvider.autoScalingGroupArn };
};

/** Checks a change of a provider: of what can be changed, nothing but the defaults can be had. Throws ClientException and NotBuiltError. */
export const checkProviderUpdate = (update: AutoScalingGroupProviderUpdate | undefined): void => {
  if (!update)
    throw new ClientException("An Auto Scaling group provider must be specified to update a capacity provider.");
  checkManaged(update);
};

/** What is said where no provider has that name. */
export const noSuchProvider = (): ClientException =>
  new ClientException("The specified capacity provider does not exist. Specify a valid name or ARN and try again.");

/** The name in a name or ARN. Throws ClientException where the text can be neither. */
export const readProviderName = (text: string, scope: Scope): string => {
  const name = capacityProviderName(text, scope);
  if (name === undefined) throw noSuchProvider();
  return name;
};
