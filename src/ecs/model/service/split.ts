import type { CapacityProviderStrategyItem } from "@aws-sdk/client-ecs";
import { splitByStrategy, type TasksByProvider } from "../capacity-strategy.ts";
import type { ServiceTask } from "./decision.ts";
import type { DeploymentRecord, ServiceRecord } from "./records.ts";

/** The strategy that a deployment's tasks are split by; `undefined` where it has a launch type. */
export const strategyOf = (
  { revisions }: Pick<ServiceRecord, "revisions">,
  { revision }: Pick<DeploymentRecord, "revision">,
): readonly CapacityProviderStrategyItem[] | undefined =>
  revisions.find(({ id }) => id === revision)?.capacityProviderStrategy;

/** How many of these tasks each provider has. */
export const byProvider = (tasks: readonly Pick<ServiceTask, "capacityProvider">[]): TasksByProvider => {
  const counts: Record<string, number> = {};
  for (const { capacityProvider } of tasks)
    if (capacityProvider !== undefined) counts[capacityProvider] = (counts[capacityProvider] ?? 0) + 1;
  return counts;
};

/** By how many tasks each provider has more than its part of so many: whose tasks are to go first where some are to go. */
export const surplusOver = (
  strategy: readonly CapacityProviderStrategyItem[],
  desiredCount: number,
): ((tasks: TasksByProvider, provider: string) => number) => {
  const part = byProvider(splitByStrategy(desiredCount, strategy).map((capacityProvider) => ({ capacityProvider })));
  return (tasks, provider) => (tasks[provider] ?? 0) - (part[provider] ?? 0);
};
