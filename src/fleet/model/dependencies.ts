/** A container as far as order goes. ContainerSpec is one, and so is ECS's container definition with its lists filled in. */
export interface OrderedContainer {
  readonly name: string;
  readonly dependsOn: readonly { readonly container: string }[];
  /** `container:alias` or `container`. */
  readonly links: readonly string[];
  readonly volumesFrom: readonly { readonly container: string }[];
}

/** Names of the containers that come before this one: by dependsOn, links and volumesFrom, each once. */
export const prerequisitesOf = ({ dependsOn, links, volumesFrom }: OrderedContainer): string[] => [
  ...new Set([
    ...dependsOn.map(({ container }) => container),
    ...links.map((link) => link.split(":")[0] ?? link),
    ...volumesFrom.map(({ container }) => container),
  ]),
];

/**
 * A cycle among containers, as the names along it with the first one again at its end: `["a", "b", "a"]`. `undefined`
 * where there is none; a container that waits for itself is one.
 */
export const findCycle = (containers: readonly OrderedContainer[]): string[] | undefined => {
  const byName = new Map(containers.map((container) => [container.name, container]));
  const done = new Set<string>();
  const walk = (name: string, path: readonly string[]): string[] | undefined => {
    if (path.includes(name)) return [...path.slice(path.indexOf(name)), name];
    const container = byName.get(name);
    if (container === undefined || done.has(name)) return undefined;
    for (const before of prerequisitesOf(container)) {
      const cycle = walk(before, [...path, name]);
      if (cycle) return cycle;
    }
    done.add(name);
    return undefined;
  };
  for (const { name } of containers) {
    const cycle = walk(name, []);
    if (cycle) return cycle;
  }
  return undefined;
};

/**
 * Names in an order in which every container comes after its prerequisites, else as the definition has them.
 * Throws an Error for a cycle: registration refuses those, so one here is a bug.
 */
export const startOrder = (containers: readonly OrderedContainer[]): string[] => {
  const cycle = findCycle(containers);
  if (cycle) throw new Error(`containers wait for each other: ${cycle.join(" → ")}`);
  const byName = new Map(containers.map((container) => [container.name, container]));
  const ordered = new Set<string>();
  const add = (container: OrderedContainer): void => {
    for (const name of prerequisitesOf(container)) {
      const before = byName.get(name);
      if (before && !ordered.has(name)) add(before);
    }
    ordered.add(container.name);
  };
  for (const container of containers) add(container);
  return [...ordered];
};
