import type { ContainerDefinition, NetworkMode, PortMapping } from "@aws-sdk/client-ecs";
import { parsePortRange } from "../../fleet/index.ts";
import { ClientException } from "./errors.ts";

const MAX_MAPPINGS = 100;

const isPort = (port: number | undefined, least: number): boolean =>
  port !== undefined && port >= least && port <= 65_535;

/** Modes in which a container's port is the host's, or a network interface's, own. */
const samePorts = (mode: NetworkMode): boolean => mode === "host" || mode === "awsvpc";

/** The host's port of a mapping with that mode's default: 0 asks for a dynamic one. */
export const hostPortOf = ({ hostPort, containerPort }: PortMapping, mode: NetworkMode): number =>
  hostPort || (samePorts(mode) ? (containerPort ?? 0) : 0);

/** Checks the port mappings of all containers of a task. Throws ClientException. */
export const validatePorts = (containers: readonly ContainerDefinition[], mode: NetworkMode): void => {
  const mappings = containers.flatMap((container) =>
    (container.portMappings ?? []).map((mapping) => ({ container: container.name ?? "", mapping })),
  );
  if (mode === "none" && mappings.length > 0)
    throw new ClientException("Port mappings are not supported when networkMode=none.");
  for (const container of containers)
    if ((container.portMappings?.length ?? 0) > MAX_MAPPINGS)
      throw new ClientException(`Container '${container.name}' has more than ${MAX_MAPPINGS} port mappings.`);
  const taken = new Map<string, string>();
  const names = new Set<string>();
  for (const { container, mapping } of mappings) {
    validateMapping(container, mapping, mode);
    for (const key of fixedPorts(container, mapping, mode)) {
      const other = taken.get(key);
      if (other !== undefined) throw new ClientException(portTwice(key, other, container));
      taken.set(key, container);
    }
    if (mapping.name && names.has(mapping.name))
      throw new ClientException(`Port mapping name '${mapping.name}' is used more than once in the task definition.`);
    if (mapping.name) names.add(mapping.name);
  }
};

const validateMapping = (container: string, mapping: PortMapping, mode: NetworkMode): void => {
  const { containerPort, hostPort, containerPortRange, name } = mapping;
  if (name !== undefined && !/^[a-z0-9_][a-z0-9_-]{0,63}$/.test(name))
    throw new ClientException(`Invalid 'name' setting for a port mapping of container '${container}': ${name}.`);
  if (containerPortRange !== undefined) {
    if (containerPort !== undefined || hostPort)
      throw new ClientException(
        `Invalid setting for container '${container}'. 'containerPortRange' cannot be used together with 'containerPort' or 'hostPort'.`,
      );
    if (mode === "host") throw new ClientException("'containerPortRange' requires network mode 'bridge' or 'awsvpc'.");
    if (!parsePortRange(containerPortRange))
      throw new ClientException(`Invalid 'containerPortRange' setting for container '${container}'.`);
    return;
  }
  if (!isPort(containerPort, 1))
    throw new ClientException(`Invalid 'containerPort' setting for container '${container}'.`);
  if (hostPort !== undefined && !isPort(hostPort, 0))
    throw new ClientException(`Invalid 'hostPort' setting for container '${container}'.`);
  if (samePorts(mode) && hostPort && hostPort !== containerPort)
    throw new ClientException(
      `When networkMode=${mode}, the host ports and container ports in port mappings must match.`,
    );
};

/** Keys of what may be asked for once: a fixed port of the host, and in bridge mode a container's own port. */
const fixedPorts = (container: string, mapping: PortMapping, mode: NetworkMode): string[] => {
  const protocol = mapping.protocol ?? "tcp";
  const host = hostPortOf(mapping, mode);
  // One container port may be published on several host ports, but twice on a dynamic one says nothing new.
  return host > 0
    ? [`host port ${host}/${protocol}`]
    : [`container port ${mapping.containerPortRange ?? mapping.containerPort}/${protocol} of '${container}'`];
};

const portTwice = (key: string, other: string, container: string): string =>
  other === container
    ? `Container '${container}' maps ${key} more than once.`
    : `Containers '${other}' and '${container}' both ask for ${key}.`;
