import type { Bind, ContainerPlan } from "./container-plan.ts";
import { type Door, doorEnvironment } from "./door.ts";
import type { Host } from "./host.ts";
import { containerName, LABEL, networkName, sharedVolumeName, taskVolumeName } from "./names.ts";
import { namespaceHolder } from "./namespace-holder.ts";
import { isInternal, networkHolder } from "./pause.ts";
import type { PortBinding } from "./ports.ts";
import type { Task } from "./task.ts";
import { networkOf } from "./task-network.ts";
import type { ContainerSpec, VolumeSpec } from "./task-spec.ts";

/** What the installation adds to every container. */
export interface ContainerPolicy {
  readonly installation: string;
  /** Of which ids are made that nobody can guess. */
  readonly secret: string;
  readonly pidsLimit: number;
  readonly dropCapabilities: readonly string[];
  readonly logRotation: { readonly maxSizeMiB: number; readonly maxFiles: number };
}

/**
 * One container of a task as its engine is asked for it. `image` is on the engine; without `cgroupParent` limits are held per container; without
 * `door` it cannot reach Berth, and is told of no way.
 */
export const planContainer = (
  task: Task,
  spec: ContainerSpec,
  host: Host,
  policy: ContainerPolicy,
  image: string,
  cgroupParent: string | undefined,
  door?: Door,
): ContainerPlan => {
  const nameOf = (container: string): string => containerName(policy.installation, task.id, task.attempt, container);
  return {
    ...imageSettings(spec),
    name: nameOf(spec.name),
    image,
    labels: {
      ...spec.labels,
      [LABEL.installation]: policy.installation,
      [LABEL.host]: host.id,
      [LABEL.cluster]: task.cluster,
      [LABEL.task]: task.id,
      [LABEL.attempt]: String(task.attempt),
      [LABEL.container]: spec.name,
    },
    environment: {
      ...(door && !spec.disableNetworking && !isInternal(spec.name)
        ? doorEnvironment(door, policy.secret, task, spec.name)
        : {}),
      ...spec.environment,
    },
    ...networking(task, spec, policy.installation, nameOf),
    networkAliases: [],
    links: spec.links.map((link) => {
      const [container = link, alias = container] = link.split(":");
      return { container: nameOf(container), alias };
    }),
    publish: task.spec.networkMode === "bridge" ? bindingsOf(task, spec, host) : [],
    extraHosts: spec.extraHosts,
    ...limits(task, spec, cgroupParent),
    pidsLimit: policy.pidsLimit,
    privileged: spec.privileged,
    noNewPrivileges: !spec.privileged,
    securityOptions: spec.securityOptions,
    capabilitiesAdd: spec.capabilitiesAdd,
    capabilitiesDrop: [...new Set([...policy.dropCapabilities, ...spec.capabilitiesDrop])].filter(
      (capability) => !spec.capabilitiesAdd.includes(capability),
    ),
    readonlyRootFilesystem: spec.readonlyRootFilesystem,
    initProcess: spec.initProcess,
    devices: spec.devices,
    tmpfs: spec.tmpfs,
    ulimits: spec.ulimits,
    sysctls: spec.sysctls,
    binds: bindsOf(task, spec, host, policy.installation),
    volumesFrom: spec.volumesFrom.map(({ container, readOnly }) => ({ container: nameOf(container), readOnly })),
    ...namespaces(task, spec, nameOf),
    interactive: spec.interactive,
    pseudoTerminal: spec.pseudoTerminal,
    logRotation: policy.logRotation,
    ...(spec.logDelivery && { logDelivery: spec.logDelivery }),
  };
};

/** What the spec leaves absent stays the image's own. */
const imageSettings = (spec: ContainerSpec) => ({
  ...(spec.command && { command: spec.command }),
  ...(spec.entryPoint && { entryPoint: spec.entryPoint }),
  ...(spec.workingDirectory !== undefined && { workingDirectory: spec.workingDirectory }),
  ...(spec.user !== undefined && { user: spec.user }),
  ...(spec.hostname !== undefined && { hostname: spec.hostname }),
  ...(spec.healthCheck && { healthCheck: spec.healthCheck }),
});

const networking = (task: Task, spec: ContainerSpec, installation: string, nameOf: (container: string) => string) => {
  const holder = networkHolder(task.spec);
  const { networkMode } = task.spec;
  const dns = { dnsServers: spec.dnsServers, dnsSearchDomains: spec.dnsSearchDomains };
  if (spec.disableNetworking || networkMode === "none") return { network: "none", ...dns };
  if (networkMode === "host") return { network: "host", ...dns };
  // An engine refuses name servers for a namespace that is another container's.
  if (holder !== undefined && holder !== spec.name)
    return { network: `container:${nameOf(holder)}`, dnsServers: [], dnsSearchDomains: [] };
  const network = networkName(installation, networkOf(task).owner);
  return { network, ...(task.network && { address: task.network.address }), ...dns };
};

/** What of the task's claimed ports this container publishes. */
export const bindingsOf = (task: Task, spec: ContainerSpec, host: Host): PortBinding[] =>
  task.ports
    .filter((claim) => claim.container === spec.name)
    .map(({ containerPort, hostPort, protocol, space }) => ({
      bindIp: space === "engine" ? "0.0.0.0" : host.publishAddress,
      containerPort,
      hostPort,
      protocol,
    }));

const limits = (task: Task, spec: ContainerSpec, cgroupParent: string | undefined) => {
  const { cpuUnits, memoryMiB } = task.spec.limits;
  const heldHere = cgroupParent === undefined;
  const hard = spec.memoryMiB ?? (heldHere ? memoryMiB : undefined);
  return {
    ...(cgroupParent !== undefined && { cgroupParent }),
    cpuShares: spec.cpuShares,
    ...(heldHere && cpuUnits !== undefined && { cpuLimitUnits: cpuUnits }),
    ...(hard !== undefined && { memoryMiB: hard, memorySwapMiB: hard + (spec.maxSwapMiB ?? 0) }),
    ...(spec.memoryReservationMiB !== undefined && { memoryReservationMiB: spec.memoryReservationMiB }),
    ...(spec.swappiness !== undefined && { swappiness: spec.swappiness }),
    ...(spec.sharedMemoryMiB !== undefined && { sharedMemoryMiB: spec.sharedMemoryMiB }),
  };
};

const bindsOf = (task: Task, spec: ContainerSpec, host: Host, installation: string): Bind[] =>
  spec.mounts.map(({ volume, path, readOnly }) => {
    const found = task.spec.volumes.find((one) => one.name === volume);
    if (!found) throw new Error(`task ${task.id} mounts volume ${volume}, which it does not have`);
    const from =
      found.kind === "host" ? { path: found.path } : { volume: volumeNameOf(found, task, host, installation) };
    return { from, to: path, readOnly };
  });

/** The engine's name of a task's volume. */
export const volumeNameOf = (
  volume: Exclude<VolumeSpec, { kind: "host" }>,
  task: Pick<Task, "id">,
  host: Pick<Host, "id">,
  installation: string,
): string =>
  volume.kind === "shared"
    ? sharedVolumeName(installation, host.id, volume.name)
    : taskVolumeName(installation, task.id, volume.name);

const namespaces = (task: Task, spec: ContainerSpec, nameOf: (container: string) => string) => {
  const { pidMode, ipcMode } = task.spec;
  const holder = namespaceHolder(task.spec);
  const shared = holder === undefined || holder === spec.name ? undefined : `container:${nameOf(holder)}`;
  const pid = pidMode === "host" ? "host" : pidMode === "task" ? shared : undefined;
  const ipc =
    ipcMode === "host" || ipcMode === "none" ? ipcMode : ipcMode === "task" ? (shared ?? "shareable") : undefined;
  return { ...(pid !== undefined && { pidMode: pid }), ...(ipc !== undefined && { ipcMode: ipc }) };
};
