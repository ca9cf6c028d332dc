import type { CapacityProviderStrategyItem } from "@aws-sdk/client-ecs";
import { type ClusterId, FARGATE, type PlacementRequest } from "../../fleet/index.ts";
import { type AskedCapacity, isFargateProvider } from "./capacity.ts";
import { GROUP_ATTRIBUTE } from "./capacity-provider.ts";
import { splitByStrategy, type TasksByProvider } from "./capacity-strategy.ts";
import { TERM } from "./task-details.ts";

/** On what a task is to start. */
export interface StartOn {
  readonly launchType: "EC2" | "FARGATE";
  /** Absent where a launch type was asked for. */
  readonly capacityProvider?: string;
  /** The Auto Scaling group of the provider, for hosts that say they are of it. */
  readonly autoScalingGroup?: string;
}

export const ON_EC2: StartOn = { launchType: "EC2" };

/** So many tasks alike. */
export interface Start {
  readonly count: number;
  readonly on: StartOn;
}

/**
 * On what so many more tasks start, given those that run already by provider. `groups`: the Auto Scaling groups of providers by their names.
 * Providers in the order of the strategy.
 */
export const startsOf = (
  capacity: AskedCapacity,
  count: number,
  groups: ReadonlyMap<string, string>,
  running: TasksByProvider = {},
): Start[] => {
  if ("launchType" in capacity) return [{ count, on: { launchType: capacity.launchType } }];
  const providers = splitByStrategy(count, capacity.strategy, running);
  return providersOf(capacity.strategy).flatMap((provider) => {
    const share = providers.filter((one) => one === provider).length;
    return share === 0 ? [] : [{ count: share, on: onProvider(provider, groups) }];
  });
};

const onProvider = (capacityProvider: string, groups: ReadonlyMap<string, string>): StartOn =>
  isFargateProvider(capacityProvider)
    ? { launchType: "FARGATE", capacityProvider }
    : { launchType: "EC2", capacityProvider, autoScalingGroup: groups.get(capacityProvider) ?? "" };

/** Names of the providers of a strategy. */
export const providersOf = (strategy: readonly CapacityProviderStrategyItem[]): string[] =>
  strategy.map(({ capacityProvider = "" }) => capacityProvider);

/** Whose hosts placement looks at for such a task, and in which line it waits where they have no room. Plain EC2 tasks do not wait. */
export const capacityMembers = (
  { launchType, capacityProvider }: StartOn,
  cluster: ClusterId,
): Pick<PlacementRequest, "capacity" | "line"> => {
  if (launchType === "FARGATE") return { capacity: FARGATE, line: "FARGATE" };
  return capacityProvider === undefined ? {} : { line: `${cluster}/${capacityProvider}` };
};

/** What a host must bear for it beside what the definition asks. */
export const attributesOf = ({ autoScalingGroup }: StartOn): { name: string; value: string }[] =>
  autoScalingGroup === undefined ? [] : [{ name: GROUP_ATTRIBUTE, value: autoScalingGroup }];

/** What such a task is found by. */
export const startTerms = ({ launchType, capacityProvider }: StartOn): string[] => [
  TERM.launchType(launchType),
  ...(capacityProvider === undefined ? [] : [TERM.capacityProvider(capacityProvider)]),
];
