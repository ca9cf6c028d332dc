import type { ContainerDefinition } from "@aws-sdk/client-ecs";
import { ClientException } from "./errors.ts";

/** Checks dependsOn, links and volumesFrom between the containers of a task. Throws ClientException. */
export const validateDependencies = (containers: readonly ContainerDefinition[], mode: string): void => {
  const byName = new Map(containers.map((container) => [container.name ?? "", container]));
  for (const container of containers) validateDependsOn(container, byName);
  refuseCycle(containers, "Container dependencies", (container) =>
    (container.dependsOn ?? []).map((one) => one.containerName ?? ""),
  );

  for (const { name, links = [] } of containers) {
    if (links.length > 0 && mode !== "bridge")
      throw new ClientException("Links are not supported when networkMode is not bridge.");
    for (const link of links) {
      if (!/^[A-Za-z0-9_-]+(:[A-Za-z0-9_-]+)?$/.test(link))
        throw new ClientException(`Invalid 'links' setting for container '${name}': ${link}.`);
      if (!byName.has(linkedTo(link)))
        throw new ClientException(`Container '${name}' is linked to '${linkedTo(link)}', which does not exist.`);
    }
  }
  refuseCycle(containers, "Container links", (container) => (container.links ?? []).map(linkedTo));

  for (const { name, volumesFrom = [] } of containers)
    for (const { sourceContainer } of volumesFrom)
      if (!byName.has(sourceContainer ?? ""))
        throw new ClientException(
          `Invalid 'volumesFrom' setting for container '${name}': container '${sourceContainer}' does not exist.`,
        );
  refuseCycle(containers, "Container volumesFrom", (container) =>
    (container.volumesFrom ?? []).map((one) => one.sourceContainer ?? ""),
  );
};

const linkedTo = (link: string): string => link.split(":")[0] ?? "";

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

/** Throws ClientException with the way round, where following `next` comes back to where it began. */
const refuseCycle = (
  containers: readonly ContainerDefinition[],
  what: string,
  next: (container: ContainerDefinition) => readonly string[],
): void => {
  const nextOf = new Map(containers.map((container) => [container.name ?? "", next(container)]));
  const done = new Set<string>();
  const visit = (name: string, path: readonly string[]): void => {
    const seenAt = path.indexOf(name);
    if (seenAt >= 0)
      throw new ClientException(`${what} should not have a cycle: ${[...path.slice(seenAt), name].join(" -> ")}`);
    if (done.has(name)) return;
    for (const other of nextOf.get(name) ?? []) visit(other, [...path, name]);
    done.add(name);
  };
  for (const name of nextOf.keys()) visit(name, []);
};
