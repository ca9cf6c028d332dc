import type { ContainerProperties, KeyValuePair } from "@aws-sdk/client-batch";
import { secretsFault } from "../../ecs/index.ts";
import { roleNameOf } from "../../kernel/role-name.ts";
import { ClientException } from "./errors.ts";
import { refuseContainerMembers } from "./refuse-members.ts";
import { asRequirements, sizeOf } from "./resource-requirements.ts";

/** Names that Batch sets itself. */
const RESERVED = "AWS_BATCH";

/** Checks the environment of a definition or an override. Throws ClientException. */
export const checkEnvironment = (environment: readonly KeyValuePair[]): void => {
  for (const { name = "" } of environment) {
    if (name === "") throw new ClientException("The name of an environment variable cannot be blank.");
    if (name.startsWith(RESERVED))
      throw new ClientException(
        `Environment variables that begin with ${RESERVED} are reserved for Batch, but one is ${name}.`,
      );
  }
};

/**
 * The container of a job definition as it is kept: checked, and its size in `resourceRequirements`, wherever it was said.
 * Throws ClientException.
 */
export const readContainer = ({ vcpus, memory, ...container }: ContainerProperties): ContainerProperties => {
  if (!container.image)
    throw new ClientException("Error executing request, Exception : Container properties must have an image.");
  const size = sizeOf({ vcpus, memory, resourceRequirements: container.resourceRequirements });
  refuseContainerMembers(container);
  checkEnvironment(container.environment ?? []);
  const fault = secretsFault(container);
  if (fault !== undefined) throw new ClientException(`Error executing request, Exception : ${fault}`);
  if (container.jobRoleArn && roleNameOf(container.jobRoleArn) === undefined)
    throw new ClientException(`Error executing request, Exception : jobRoleArn ${container.jobRoleArn} is no role.`);
  checkVolumes(container);
  for (const { name = "", softLimit = 0, hardLimit = 0 } of container.ulimits ?? [])
    if (name === "" || (hardLimit >= 0 && softLimit > hardLimit))
      throw new ClientException(`ulimit '${name}' needs a name, and a softLimit that is not above its hardLimit.`);
  return {
    ...container,
    command: container.command ?? [],
    volumes: container.volumes ?? [],
    environment: container.environment ?? [],
    mountPoints: container.mountPoints ?? [],
    ulimits: container.ulimits ?? [],
    secrets: container.secrets ?? [],
    resourceRequirements: asRequirements(size),
  };
};

const checkVolumes = ({ volumes = [], mountPoints = [] }: ContainerProperties): void => {
  const names = new Set<string>();
  for (const { name = "", host } of volumes) {
    if (!/^[A-Za-z0-9_-]{1,255}$/.test(name)) throw new ClientException(`Invalid volume name: '${name}'.`);
    if (names.has(name)) throw new ClientException(`Volume names must be unique: '${name}' is used more than once.`);
    names.add(name);
    if (host?.sourcePath && !host.sourcePath.startsWith("/"))
      throw new ClientException(`sourcePath of volume '${name}' is not an absolute path.`);
  }
  const paths = new Set<string>();
  for (const { sourceVolume = "", containerPath = "" } of mountPoints) {
    if (!names.has(sourceVolume))
      throw new ClientException(`A mount point names the unknown volume '${sourceVolume}'.`);
    if (!containerPath.startsWith("/"))
      throw new ClientException(`containerPath '${containerPath}' is not an absolute path.`);
    if (paths.has(containerPath)) throw new ClientException(`More than one volume is mounted at '${containerPath}'.`);
    paths.add(containerPath);
  }
};
