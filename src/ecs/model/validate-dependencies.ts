import type { ContainerDefinition } from "@aws-sdk/client-ecs";
import { findCycle } from "../../fleet/index.ts";
import { ClientException } from "./errors.ts";

/** Checks dependsOn, links and volumesFrom between the containers of a task. Throws ClientException. */
export const validateDependencies = (containers: readonly ContainerDefinition[], mode: string): void => {
  const byName = new Map(containers.map((container) => [container.name ?? "", container]));
  for (const container of containers) {
    validateDependsOn(container, byName);
    validateLinks(container, byName, mode);
    for (const { sourceContainer = "" } of container.volumesFrom ?? [])
      if (!byName.has(sourceContainer))
        throw new ClientException(
          `Invalid 'volumesFrom' setting for container '${container.name}': container '${sourceContainer}' does not exist.`,
        );
  }
  refuseCycles(containers);
};

const validateDependsOn = (container: ContainerDefinition, byName: ReadonlyMap<string, ContainerDefinition>): void => {
  for (const { containerName = "", condition } of container.dependsOn ?? []) {
    const other = byName.get(containerName);
    if (!other) throw new ClientException(`Cannot depend on container + '${containerName}' because it does not exist`);
    if ((condition === "SUCCESS" || condition === "COMPLETE") && other.essential !== false)
      throw new ClientException(
        "A dependency container with SUCCESS or COMPLETE condition cannot be an essential container",
      );
    if (condition === "HEALTHY" && !other.healthCheck)
      throw new ClientException("A dependency container with HEALTHY condition must have health check configured");
  }
};

const validateLinks = (
  { name, links = [] }: ContainerDefinition,
  byName: ReadonlyMap<string, ContainerDefinition>,
  mode: string,
): void => {
  if (links.length > 0 && mode !== "bridge")
    throw new ClientException(`Links are not supported when networkMode=${mode}.`);
  for (const link of links) {
    const [, linked = ""] = /^([A-Za-z0-9_-]+)(?::[A-Za-z0-9_-]+)?$/.exec(link) ?? [];
    if (!linked) throw new ClientException(`Invalid 'links' setting for container '${name}': ${link}.`);
    if (!byName.has(linked))
      throw new ClientException(`Container '${name}' is linked to '${linked}', which does not exist.`);
  }
};

type Kind = "dependsOn" | "links" | "volumesFrom";

/** One kind alone, then all together: a container may wait for another by a dependency, and that one for it by a link. */
const CYCLES: readonly (readonly [what: string, kinds: readonly Kind[]])[] = [
  ["Container dependencies", ["dependsOn"]],
  ["Container links", ["links"]],
  ["Container volumesFrom", ["volumesFrom"]],
  ["Container dependencies, links and volumesFrom together", ["dependsOn", "links", "volumesFrom"]],
];

const refuseCycles = (containers: readonly ContainerDefinition[]): void => {
  for (const [what, kinds] of CYCLES) {
    const cycle = findCycle(containers.map((container) => ordered(container, kinds)));
    if (cycle) throw new ClientException(`${what} should not have a cycle: ${cycle.join(" -> ")}`);
  }
};

const ordered = (container: ContainerDefinition, kinds: readonly Kind[]) => {
  const only = <Item>(kind: Kind, list: readonly Item[] = []): readonly Item[] => (kinds.includes(kind) ? list : []);
  return {
    name: container.name ?? "",
    links: only("links", container.links),
    dependsOn: only("dependsOn", container.dependsOn).map((one) => ({ container: one.containerName ?? "" })),
    volumesFrom: only("volumesFrom", container.volumesFrom).map((one) => ({ container: one.sourceContainer ?? "" })),
  };
};
