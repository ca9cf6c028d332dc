import { attributeOf, tasksOfGroup } from "./cluster-view.ts";
import type { HostView } from "./host.ts";
import type { PlacementStrategy } from "./placement.ts";
import type { Resources } from "./resources.ts";

/** ECS's RunTask without a strategy: spread over instances, by task group. */
export const DEFAULT_STRATEGIES: readonly PlacementStrategy[] = [{ type: "spread", field: "instanceId" }];

/** What a strategy ranks by: the lower figure is the better host. `text` says it for people. */
export interface Score {
  readonly figure: number;
  readonly text: string;
}

/** A host that fits, with one score for each strategy. */
export interface Ranked {
  readonly host: HostView;
  readonly scores: readonly Score[];
}

/** What the scores of one task are made from. */
export interface RankedFor {
  readonly group: string;
  readonly reserve: Resources;
  /** The whole cluster: spread counts tasks on hosts that do not fit, too. */
  readonly hosts: readonly HostView[];
  /** In [0, 1). */
  readonly random: () => number;
}

type Scorer = (host: HostView) => Score;

const tasksText = (tasks: number, group: string): string => `${tasks} task${tasks === 1 ? "" : "s"} of group ${group}`;

const spreadOverHosts = (field: string, { group }: RankedFor): Scorer => {
  return (host) => {
    const tasks = tasksOfGroup(host, group);
    return { figure: tasks, text: `spread ${field}: ${tasksText(tasks, group)}` };
  };
};

/** Hosts without the attribute are one value of their own. */
const spreadOverAttribute = (field: string, { group, hosts }: RankedFor): Scorer => {
  const name = field.replace(/^attribute:/, "");
  const tasksByValue = new Map<string | undefined, number>();
  for (const host of hosts) {
    const value = attributeOf(host, name);
    tasksByValue.set(value, (tasksByValue.get(value) ?? 0) + tasksOfGroup(host, group));
  }
  return (host) => {
    const value = attributeOf(host, name);
    const tasks = tasksByValue.get(value) ?? 0;
    const where = value === undefined ? "on hosts without it" : `on ${value}`;
    return { figure: tasks, text: `spread ${field}: ${tasksText(tasks, group)} ${where}` };
  };
};

const LEFT: Readonly<Record<"cpu" | "memory", { readonly member: keyof Resources; readonly unit: string }>> = {
  cpu: { member: "cpuUnits", unit: "CPU units" },
  memory: { member: "memoryMiB", unit: "MiB" },
};

const binpack = (field: "cpu" | "memory", { reserve }: RankedFor): Scorer => {
  const { member, unit } = LEFT[field];
  return (host) => {
    const left = host.ledger.free[member] - reserve[member];
    return { figure: left, text: `binpack ${field}: ${left} ${unit} left` };
  };
};

const scorerOf = (strategy: PlacementStrategy, ranked: RankedFor): Scorer => {
  if (strategy.type === "binpack") return binpack(strategy.field, ranked);
  if (strategy.type === "random") {
    return () => {
      const figure = ranked.random();
      return { figure, text: `random: ${figure.toFixed(4)}` };
    };
  }
  const isByHost = strategy.field === "instanceId" || strategy.field === "host";
  return isByHost ? spreadOverHosts(strategy.field, ranked) : spreadOverAttribute(strategy.field, ranked);
};

const compareRanked = (a: Ranked, b: Ranked): number => {
  for (let i = 0; i < a.scores.length; i++) {
    const difference = a.scores[i]!.figure - b.scores[i]!.figure;
    if (difference !== 0) return difference;
  }
  // Equal to every strategy: by id, so that the same view gives the same plan.
  return a.host.id < b.host.id ? -1 : 1;
};

/** Hosts that fit, the best first: by the first strategy, among equals by the next, at last by id. */
export const rankHosts = (
  fitting: readonly HostView[],
  strategies: readonly PlacementStrategy[],
  ranked: RankedFor,
): Ranked[] => {
  const scorers = (strategies.length > 0 ? strategies : DEFAULT_STRATEGIES).map((strategy) =>
    scorerOf(strategy, ranked),
  );
  return fitting.map((host) => ({ host, scores: scorers.map((scorer) => scorer(host)) })).sort(compareRanked);
};
