import type { CapacityProviderStrategyItem, LaunchType } from "@aws-sdk/client-ecs";
import { NotBuiltError } from "../../kernel/errors.ts";
import { InvalidParameterException } from "./errors.ts";
import type { ClusterRecord } from "./records.ts";

/** Providers that every account has, and that cannot be made, changed or deleted. */
export const FARGATE_PROVIDERS = ["FARGATE", "FARGATE_SPOT"] as const;

export const isFargateProvider = (name: string): name is (typeof FARGATE_PROVIDERS)[number] =>
  (FARGATE_PROVIDERS as readonly string[]).includes(name);

/** On what tasks are to run, once request and cluster have been heard: a launch type, or a strategy over the cluster's providers. */
export type AskedCapacity =
  | { readonly launchType: "EC2" | "FARGATE" }
  | { readonly strategy: readonly CapacityProviderStrategyItem[] };

/** What tasks on it have as their launch type: the providers of a strategy are all of one kind. */
export const launchTypeOf = (capacity: AskedCapacity): "EC2" | "FARGATE" => {
  if ("launchType" in capacity) return capacity.launchType;
  return isFargateProvider(capacity.strategy[0]?.capacityProvider ?? "") ? "FARGATE" : "EC2";
};

/** Weight and base are told even where they were not given. */
export const withZeros = ({ capacityProvider, weight = 0, base = 0 }: CapacityProviderStrategyItem) => ({
  capacityProvider,
  weight,
  base,
});

const MAX_ITEMS = 20;
const UNBUILT: Readonly<Partial<Record<LaunchType, string>>> = {
  EXTERNAL: "Launch type EXTERNAL",
  MANAGED_INSTANCES: "Launch type MANAGED_INSTANCES",
};

/**
 * What RunTask, CreateService and UpdateService ask for; without launch type and strategy the cluster's default strategy, and EC2 where it has
 * none. Throws InvalidParameterException and NotBuiltError.
 */
export const capacityOf = (
  asked: {
    readonly launchType?: LaunchType | undefined;
    readonly capacityProviderStrategy?: readonly CapacityProviderStrategyItem[] | undefined;
  },
  cluster: Pick<ClusterRecord, "capacityProviders" | "defaultCapacityProviderStrategy">,
): AskedCapacity => {
  const { launchType, capacityProviderStrategy = [] } = asked;
  if (launchType !== undefined && capacityProviderStrategy.length > 0)
    throw new InvalidParameterException(
      "Specifying both a launch type and capacity provider strategy is not supported. Remove one and try again.",
    );
  const unbuilt = launchType && UNBUILT[launchType];
  if (unbuilt) throw new NotBuiltError(unbuilt);
  if (launchType === "EC2" || launchType === "FARGATE") return { launchType };
  if (capacityProviderStrategy.length > 0) {
    checkStrategy(capacityProviderStrategy, cluster.capacityProviders ?? []);
    return { strategy: capacityProviderStrategy };
  }
  const { defaultCapacityProviderStrategy: strategy = [] } = cluster;
  return strategy.length > 0 ? { strategy } : { launchType: "EC2" };
};

/** Checks a strategy over the providers that a cluster has. Throws InvalidParameterException. */
export const checkStrategy = (
  strategy: readonly CapacityProviderStrategyItem[],
  providers: readonly string[],
): void => {
  const refuse = (words: string): never => {
    throw new InvalidParameterException(words);
  };
  const names = strategy.map(({ capacityProvider = "" }) => capacityProvider);
  if (strategy.length > MAX_ITEMS)
    refuse(`A capacity provider strategy can contain a maximum of ${MAX_ITEMS} capacity providers.`);
  if (names.some((name) => !providers.includes(name)))
    refuse(
      "The specified capacity provider strategy cannot contain a capacity provider that is not associated with the cluster. Associate the capacity provider with the cluster and try again.",
    );
  if (new Set(names).size < names.length)
    refuse("A capacity provider strategy cannot contain duplicate capacity providers.");
  if (names.some(isFargateProvider) && !names.every(isFargateProvider))
    refuse(
      "A capacity provider strategy cannot contain a mix of capacity providers using Auto Scaling groups and Fargate providers. Specify one or the other and try again.",
    );
  if (strategy.some(({ weight = 0 }) => weight < 0 || weight > 1000)) refuse("weight must be between 0 and 1000.");
  if (strategy.some(({ base = 0 }) => base < 0 || base > 100_000)) refuse("base must be between 0 and 100000.");
  if (strategy.filter(({ base = 0 }) => base > 0).length > 1)
    refuse("Only one capacity provider in a capacity provider strategy can have a base defined.");
  if (strategy.length > 0 && strategy.every(({ weight = 0 }) => weight === 0))
    refuse("At least one capacity provider in a capacity provider strategy must have a weight greater than 0.");
};
