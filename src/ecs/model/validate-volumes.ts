import type { ContainerDefinition, Volume } from "@aws-sdk/client-ecs";
import { ClientException } from "./errors.ts";
import { isName } from "./identifiers.ts";

const KINDS = [
  "host",
  "dockerVolumeConfiguration",
  "efsVolumeConfiguration",
  "s3filesVolumeConfiguration",
  "fsxWindowsFileServerVolumeConfiguration",
] as const satisfies readonly (keyof Volume)[];

/** Checks the volumes of a task definition and what its containers mount of them. Throws ClientException. */
export const validateVolumes = (volumes: readonly Volume[], containers: readonly ContainerDefinition[]): void => {
  const names = new Set<string>();
  for (const volume of volumes) {
    const { name = "", host, dockerVolumeConfiguration: docker } = volume;
    if (!isName(name))
      throw new ClientException(name ? `Invalid volume name: ${name}.` : "Volume.name should not be null or empty.");
    if (names.has(name)) throw new ClientException(`Volume names should be unique: '${name}' is used more than once.`);
    names.add(name);
    const kinds = KINDS.filter((kind) => volume[kind] !== undefined);
    if (kinds.length > 1) throw new ClientException(`Volume '${name}' can have only one of ${kinds.join(", ")}.`);
    if (host?.sourcePath && !host.sourcePath.startsWith("/"))
      throw new ClientException(`Invalid 'sourcePath' setting for volume '${name}': it is not an absolute path.`);
    if (docker?.autoprovision !== undefined && docker.scope !== "shared")
      throw new ClientException(
        `Invalid setting for volume '${name}'. 'autoprovision' can only be set when 'scope' is 'shared'.`,
      );
  }
  for (const container of containers) validateMounts(container, names);
};

const validateMounts = ({ name, mountPoints = [] }: ContainerDefinition, volumes: ReadonlySet<string>): void => {
  const paths = new Set<string>();
  for (const { sourceVolume = "", containerPath = "" } of mountPoints) {
    if (!volumes.has(sourceVolume)) throw new ClientException(`Unknown volume '${sourceVolume}'.`);
    if (!containerPath.startsWith("/"))
      throw new ClientException(`Invalid 'containerPath' setting for container '${name}': it is not an absolute path.`);
    if (paths.has(containerPath))
      throw new ClientException(`Container '${name}' mounts more than one volume at '${containerPath}'.`);
    paths.add(containerPath);
  }
};
