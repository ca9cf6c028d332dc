import type { CapacityProviderStrategyItem } from "@aws-sdk/client-ecs";

/** Tasks by the capacity provider they run on, or are about to. */
export type TasksByProvider = Readonly<Partial<Record<string, number>>>;

const tasksOf = (tasks: TasksByProvider, provider: string): number =>
  Object.hasOwn(tasks, provider) ? (tasks[provider] ?? 0) : 0;

/**
 * The provider of the next task: that of the base until it has that many, then the one that is furthest behind its share by weight of all
 * tasks beyond the base; of those alike the first in the strategy. `undefined` where no provider has a weight.
 */
export const nextProvider = (
  strategy: readonly CapacityProviderStrategyItem[],
  running: TasksByProvider,
): string | undefined => {
  const items = strategy.map(({ capacityProvider = "", weight = 0, base = 0 }) => {
    const tasks = tasksOf(running, capacityProvider);
    return { capacityProvider, weight, lacks: base - tasks, beyond: Math.max(0, tasks - base) };
  });
  const short = items.find(({ lacks }) => lacks > 0);
  if (short) return short.capacityProvider;
  const weighted = items.filter(({ weight }) => weight > 0);
  const [weights, beyond] = [sum(weighted.map(({ weight }) => weight)), sum(weighted.map((item) => item.beyond))];
  const behind = (item: (typeof items)[number]): number => item.weight * (beyond + 1) - item.beyond * weights;
  return weighted.toSorted((a, b) => behind(b) - behind(a))[0]?.capacityProvider;
};

const sum = (figures: readonly number[]): number => figures.reduce((total, figure) => total + figure, 0);

/**
 * The providers of so many more tasks, in turn, given those that run already: a service's own, none for RunTask.
 * Throws a RangeError for a strategy in which none has a weight: whoever reads one refuses that.
 */
export const splitByStrategy = (
  count: number,
  strategy: readonly CapacityProviderStrategyItem[],
  running: TasksByProvider = {},
): string[] => {
  const tasks: Partial<Record<string, number>> = { ...running };
  return Array.from({ length: count }, () => {
    const provider = nextProvider(strategy, tasks);
    if (provider === undefined) throw new RangeError("a capacity provider strategy without any weight");
    tasks[provider] = tasksOf(tasks, provider) + 1;
    return provider;
  });
};
