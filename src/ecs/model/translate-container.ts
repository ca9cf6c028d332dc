import type { ContainerDefinition, LinuxParameters } from "@aws-sdk/client-ecs";
import { type ContainerSpec, type PortSpec, parsePortRange, unfoldPortRange } from "../../fleet/index.ts";
import { logMembers } from "./log-configuration.ts";
import { cpuShares } from "./quantities.ts";

/** What the ECS agent waits between TERM and KILL where nothing else is said. */
const DEFAULT_STOP_TIMEOUT_SECONDS = 30;
const DEFAULT_RESTART_PERIOD_SECONDS = 300;

/** The object without its undefined members: to the fleet, an absent member leaves the image's own setting. */
const present = <T extends object>(members: T): { [Key in keyof T]: Exclude<T[Key], undefined> } =>
  Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as never;

/** A container definition, overrides applied, in the fleet's words. `labels` are put beneath its own. */
export const asContainerSpec = (
  container: ContainerDefinition,
  labels: Readonly<Record<string, string>>,
): ContainerSpec => ({
  ...optionalMembers(container),
  ...(container.logConfiguration && logMembers(container.logConfiguration)),
  ...linuxMembers(container.linuxParameters ?? {}),
  name: container.name ?? "",
  image: container.image ?? "",
  essential: container.essential ?? true,
  environment: Object.fromEntries((container.environment ?? []).map(({ name = "", value = "" }) => [name, value])),
  cpuShares: cpuShares(container.cpu),
  ports: portsOf(container),
  dependsOn: (container.dependsOn ?? []).map((one) => ({
    container: one.containerName ?? "",
    condition: one.condition ?? "START",
  })),
  links: container.links ?? [],
  mounts: (container.mountPoints ?? []).map((mount) => ({
    volume: mount.sourceVolume ?? "",
    path: mount.containerPath ?? "",
    readOnly: mount.readOnly ?? false,
  })),
  volumesFrom: (container.volumesFrom ?? []).map((from) => ({
    container: from.sourceContainer ?? "",
    readOnly: from.readOnly ?? false,
  })),
  ulimits: (container.ulimits ?? []).map((one) => ({
    name: one.name ?? "",
    soft: one.softLimit ?? 0,
    hard: one.hardLimit ?? 0,
  })),
  labels: { ...labels, ...container.dockerLabels },
  extraHosts: (container.extraHosts ?? []).map((one) => ({
    hostname: one.hostname ?? "",
    ipAddress: one.ipAddress ?? "",
  })),
  dnsServers: container.dnsServers ?? [],
  dnsSearchDomains: container.dnsSearchDomains ?? [],
  disableNetworking: container.disableNetworking ?? false,
  readonlyRootFilesystem: container.readonlyRootFilesystem ?? false,
  privileged: container.privileged ?? false,
  sysctls: Object.fromEntries(
    (container.systemControls ?? []).map(({ namespace = "", value = "" }) => [namespace, value]),
  ),
  // ECS writes `label:user:x`, Docker `label=user:x`.
  securityOptions: (container.dockerSecurityOptions ?? []).map((option) => option.replace(/^(apparmor|label):/, "$1=")),
  interactive: container.interactive ?? false,
  pseudoTerminal: container.pseudoTerminal ?? false,
  stopTimeoutSeconds: container.stopTimeout ?? DEFAULT_STOP_TIMEOUT_SECONDS,
});

const optionalMembers = (container: ContainerDefinition) => {
  const { healthCheck: check, restartPolicy: policy } = container;
  return present({
    command: given(container.command),
    entryPoint: given(container.entryPoint),
    workingDirectory: container.workingDirectory,
    user: container.user,
    memoryMiB: container.memory,
    memoryReservationMiB: container.memoryReservation,
    hostname: container.hostname,
    startTimeoutSeconds: container.startTimeout,
    secrets: container.secrets?.map(({ name = "", valueFrom = "" }) => ({ name, from: valueFrom })),
    environmentFiles: container.environmentFiles?.map(({ value = "" }) => value),
    registrySecret: container.repositoryCredentials?.credentialsParameter,
    healthCheck: check && {
      command: check.command ?? [],
      intervalSeconds: check.interval ?? 30,
      timeoutSeconds: check.timeout ?? 5,
      retries: check.retries ?? 3,
      startPeriodSeconds: check.startPeriod ?? 0,
    },
    restartPolicy: policy?.enabled
      ? {
          ignoredExitCodes: policy.ignoredExitCodes ?? [],
          attemptPeriodSeconds: policy.restartAttemptPeriod ?? DEFAULT_RESTART_PERIOD_SECONDS,
        }
      : undefined,
  });
};

/** An empty list of words leaves the image's own. */
const given = (words: readonly string[] | undefined): readonly string[] | undefined =>
  words?.length ? words : undefined;

const PERMISSION = { read: "r", write: "w", mknod: "m" } as const;

const linuxMembers = ({ capabilities, devices = [], tmpfs = [], ...rest }: LinuxParameters) => ({
  ...present({
    sharedMemoryMiB: rest.sharedMemorySize,
    maxSwapMiB: rest.maxSwap,
    // ECS ignores swappiness without maxSwap.
    swappiness: rest.maxSwap === undefined ? undefined : rest.swappiness,
  }),
  initProcess: rest.initProcessEnabled ?? false,
  capabilitiesAdd: capabilities?.add ?? [],
  capabilitiesDrop: capabilities?.drop ?? [],
  devices: devices.map(({ hostPath = "", containerPath, permissions = [] }) => ({
    hostPath,
    ...(containerPath === undefined ? {} : { containerPath }),
    permissions: permissions.length > 0 ? permissions.map((one) => PERMISSION[one]).join("") : "rwm",
  })),
  tmpfs: tmpfs.map((one) => ({
    path: one.containerPath ?? "",
    sizeMiB: one.size ?? 0,
    options: one.mountOptions ?? [],
  })),
});

const portsOf = ({ portMappings = [] }: ContainerDefinition): PortSpec[] =>
  portMappings.flatMap(({ containerPort, containerPortRange, hostPort = 0, protocol = "tcp", name }) => {
    const range = containerPortRange === undefined ? undefined : parsePortRange(containerPortRange);
    const named = name === undefined ? {} : { name };
    if (range) return unfoldPortRange(range).map((port) => ({ containerPort: port, hostPort: 0, protocol, ...named }));
    return [{ containerPort: containerPort ?? 0, hostPort, protocol, ...named }];
  });
