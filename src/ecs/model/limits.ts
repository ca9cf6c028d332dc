import { posix } from "node:path";
import type { ContainerDefinition, Volume } from "@aws-sdk/client-ecs";
import { InvalidParameterException } from "./errors.ts";
import type { TaskDefinitionMembers } from "./records.ts";

/** What the owner of the hosts lets tasks reach, `allow` in `berth.yaml`. */
export interface EcsLimits {
  /** Paths of the machine that tasks may mount, each with all below it. */
  readonly hostPaths: readonly string[];
  /** Whether tasks may have what amounts to the machine itself. */
  readonly privileged: boolean;
}

/**
 * Docker's own default set, and what a debugger or a locking or real-time program needs inside its container.
 * Any other capability can be used to leave a container.
 */
const HARMLESS_CAPABILITIES = new Set([
  "AUDIT_WRITE",
  "CHOWN",
  "DAC_OVERRIDE",
  "FOWNER",
  "FSETID",
  "IPC_LOCK",
  "KILL",
  "MKNOD",
  "NET_BIND_SERVICE",
  "NET_RAW",
  "SETFCAP",
  "SETGID",
  "SETPCAP",
  "SETUID",
  "SYS_CHROOT",
  "SYS_NICE",
  "SYS_PTRACE",
]);

/** Throws InvalidParameterException, naming the member of `berth.yaml`, for what a task may not have of its host. */
export const enforceLimits = (definition: TaskDefinitionMembers, limits: EcsLimits): void => {
  const breach = breachOfLimits(definition, limits);
  if (breach !== undefined) throw new InvalidParameterException(breach);
};

/** What a task may not have of its host, in words that name the member of `berth.yaml`; `undefined` where it may have all. */
export const breachOfLimits = (
  definition: Pick<TaskDefinitionMembers, "volumes" | "containerDefinitions" | "pidMode" | "ipcMode">,
  limits: EcsLimits,
): string | undefined => {
  const paths = (definition.volumes ?? []).flatMap((volume) => foreignPaths(volume, limits.hostPaths));
  if (paths.length > 0 || limits.privileged) return paths[0];
  const [first] = [
    ...taskPrivileges(definition),
    ...(definition.containerDefinitions ?? []).flatMap(containerPrivileges),
  ];
  return first && `${first} is not allowed on this installation: 'allow.privileged' is not true in berth.yaml.`;
};

/** File systems that hold nothing of the machine. */
const FOREIGN_FILE_SYSTEMS = new Set(["tmpfs", "nfs", "nfs4", "cifs"]);

/**
 * A local docker volume can be a mount of any device or directory: then it is a host path by another name. The engine takes a relative
 * one from its own directory, a bind whatever its type is said to be, and an overlay's directories from its options.
 */
const mountedOfHost = (options: Readonly<Record<string, string>> = {}): string | undefined => {
  const { type, o = "", device } = options;
  const isBind = o.split(",").some((option) => /^r?bind$/i.test(option.trim()));
  const isForeign = !isBind && type !== undefined && FOREIGN_FILE_SYSTEMS.has(type) && !device?.startsWith("/");
  return isForeign ? undefined : (device ?? type);
};

const foreignPaths = ({ name, host, dockerVolumeConfiguration }: Volume, allowed: readonly string[]): string[] =>
  [host?.sourcePath, mountedOfHost(dockerVolumeConfiguration?.driverOpts)].flatMap((path) =>
    path && !isUnder(path, allowed)
      ? `Volume '${name}' mounts the host path ${path}, which is not allowed on this installation: ${
          allowed.length > 0
            ? `'allow.hostPaths' in berth.yaml lists only ${allowed.join(", ")}`
            : "'allow.hostPaths' in berth.yaml lists none"
        }.`
      : [],
  );

const isUnder = (path: string, allowed: readonly string[]): boolean => {
  const target = posix.normalize(`${path}/`);
  return allowed.some((root) => target.startsWith(posix.normalize(`${root}/`)));
};

const taskPrivileges = ({ pidMode, ipcMode }: Pick<TaskDefinitionMembers, "pidMode" | "ipcMode">): string[] => [
  ...(pidMode === "host" ? ["'pidMode' host"] : []),
  ...(ipcMode === "host" ? ["'ipcMode' host"] : []),
];

const containerPrivileges = ({
  name,
  privileged,
  linuxParameters,
  dockerSecurityOptions = [],
}: ContainerDefinition): string[] => [
  ...(privileged ? [`'privileged' of container '${name}'`] : []),
  ...(linuxParameters?.devices?.length ? [`'devices' of container '${name}'`] : []),
  ...(linuxParameters?.capabilities?.add ?? [])
    .filter((capability) => !HARMLESS_CAPABILITIES.has(capability.replace(/^CAP_/, "")))
    .map((capability) => `Capability ${capability} of container '${name}'`),
  ...dockerSecurityOptions
    .filter((option) => option === "apparmor:unconfined" || option === "label:disable")
    .map((option) => `Security option ${option} of container '${name}'`),
];
