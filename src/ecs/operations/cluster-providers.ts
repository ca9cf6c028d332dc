import type { CreateClusterRequest } from "@aws-sdk/client-ecs";
import type { Scope } from "../../kernel/scope.ts";
import { checkStrategy, isFargateProvider } from "../model/capacity.ts";
import { capacityProviderId } from "../model/capacity-provider.ts";
import { InvalidParameterException } from "../model/errors.ts";
import { capacityProviderName } from "../model/identifiers.ts";
import type { ClusterRecord } from "../model/records.ts";
import type { EcsDeps } from "../ports.ts";

const MAX_PROVIDERS = 20;

/** The providers and the default strategy that a cluster is to have. Throws InvalidParameterException. */
export const providersOf = async (
  { capacityProviders: store }: Pick<EcsDeps, "capacityProviders">,
  {
    capacityProviders = [],
    defaultCapacityProviderStrategy = [],
  }: Pick<CreateClusterRequest, "capacityProviders" | "defaultCapacityProviderStrategy">,
  scope: Scope,
): Promise<Pick<ClusterRecord, "capacityProviders" | "defaultCapacityProviderStrategy">> => {
  if (capacityProviders.length > MAX_PROVIDERS)
    throw new InvalidParameterException(`A cluster can have a maximum of ${MAX_PROVIDERS} capacity providers.`);
  const names = capacityProviders.map((text) => capacityProviderName(text, scope) ?? "");
  const own = names.filter((name) => !isFargateProvider(name));
  const known = await store.get(own.map((name) => capacityProviderId(scope, name)));
  if (known.some((provider) => provider === undefined))
    throw new InvalidParameterException(
      "The specified capacity provider does not exist. Specify a valid name or ARN and try again.",
    );
  checkStrategy(defaultCapacityProviderStrategy, names);
  return { capacityProviders: [...new Set(names)], defaultCapacityProviderStrategy };
};
