import type { ContainerCreateOptions, HostConfig } from "dockerode";
import type { Bind, ContainerPlan } from "../../fleet/model/container-plan.ts";
import { macAddressOf } from "../../fleet/model/subnet.ts";
import type { HealthCheck } from "../../fleet/model/task-spec.ts";

const MIB = 1_048_576;
const CPU_PERIOD_US = 100_000;
/** The kernel takes no shorter quota. */
const LEAST_QUOTA_US = 1_000;
const NANOS_PER_SECOND = 1_000_000_000;

/** Networks on which Docker knows no aliases and links the old way. */
const LEGACY_NETWORKS: ReadonlySet<string> = new Set(["bridge", "default"]);
const NO_NETWORK_OF_ITS_OWN = (network: string): boolean =>
  network === "host" || network === "none" || network.startsWith("container:");

/** Leaves out members without a value: Docker then keeps the image's or its own setting. */
const given = <Part extends object>(part: Part): { [Name in keyof Part]?: Exclude<Part[Name], undefined> } =>
  Object.fromEntries(Object.entries(part).filter(([, value]) => value !== undefined)) as never;

const mebibytes = (mib: number | undefined): number | undefined => (mib === undefined ? undefined : mib * MIB);

const bindText = ({ from, to, readOnly }: Bind): string =>
  `${"volume" in from ? from.volume : from.path}:${to}${readOnly ? ":ro" : ""}`;

const cpuCap = (cpuLimitUnits: number | undefined) =>
  cpuLimitUnits === undefined
    ? {}
    : {
        CpuPeriod: CPU_PERIOD_US,
        CpuQuota: Math.max(LEAST_QUOTA_US, Math.floor((cpuLimitUnits / 1024) * CPU_PERIOD_US)),
      };

const healthConfig = (check: HealthCheck) => ({
  Test: [...check.command],
  Interval: check.intervalSeconds * NANOS_PER_SECOND,
  Timeout: check.timeoutSeconds * NANOS_PER_SECOND,
  Retries: check.retries,
  StartPeriod: check.startPeriodSeconds * NANOS_PER_SECOND,
});

const portName = ({ containerPort, protocol }: ContainerPlan["publish"][number]): string =>
  `${containerPort}/${protocol}`;

const portBindings = ({ publish }: ContainerPlan) => {
  const bindings: Record<string, { HostIp: string; HostPort: string }[]> = {};
  for (const port of publish) {
    bindings[portName(port)] ??= [];
    bindings[portName(port)]?.push({ HostIp: port.bindIp, HostPort: String(port.hostPort) });
  }
  return bindings;
};

const linkTexts = ({ links }: ContainerPlan): string[] => links.map(({ container, alias }) => `${container}:${alias}`);

const resources = (plan: ContainerPlan): HostConfig =>
  given({
    CgroupParent: plan.cgroupParent,
    CpuShares: plan.cpuShares,
    ...cpuCap(plan.cpuLimitUnits),
    Memory: mebibytes(plan.memoryMiB),
    MemoryReservation: mebibytes(plan.memoryReservationMiB),
    // Docker counts memory and swap together here, and takes -1 for no limit.
    MemorySwap: plan.memorySwapMiB === -1 ? -1 : mebibytes(plan.memorySwapMiB),
    MemorySwappiness: plan.swappiness,
    ShmSize: mebibytes(plan.sharedMemoryMiB),
    PidsLimit: plan.pidsLimit,
    Ulimits: plan.ulimits.map(({ name, soft, hard }) => ({ Name: name, Soft: soft, Hard: hard })),
  });

const privileges = (plan: ContainerPlan): HostConfig => ({
  Privileged: plan.privileged,
  ReadonlyRootfs: plan.readonlyRootFilesystem,
  SecurityOpt: [...(plan.noNewPrivileges ? ["no-new-privileges:true"] : []), ...plan.securityOptions],
  CapAdd: [...plan.capabilitiesAdd],
  CapDrop: [...plan.capabilitiesDrop],
  Sysctls: { ...plan.sysctls },
});

const fileSystems = (plan: ContainerPlan): HostConfig => ({
  Binds: plan.binds.map(bindText),
  VolumesFrom: plan.volumesFrom.map(({ container, readOnly }) => `${container}:${readOnly ? "ro" : "rw"}`),
  Tmpfs: Object.fromEntries(
    plan.tmpfs.map(({ path, sizeMiB, options }) => [path, [`size=${sizeMiB}m`, ...options].join(",")]),
  ),
  Devices: plan.devices.map(({ hostPath, containerPath, permissions }) => ({
    PathOnHost: hostPath,
    PathInContainer: containerPath ?? hostPath,
    CgroupPermissions: permissions,
  })),
});

const network = (plan: ContainerPlan): HostConfig => ({
  NetworkMode: plan.network,
  PortBindings: portBindings(plan),
  ...(LEGACY_NETWORKS.has(plan.network) ? { Links: linkTexts(plan) } : {}),
  ExtraHosts: plan.extraHosts.map(({ hostname, ipAddress }) => `${hostname}:${ipAddress}`),
  Dns: [...plan.dnsServers],
  DnsSearch: [...plan.dnsSearchDomains],
});

const endpoints = (plan: ContainerPlan): Pick<ContainerCreateOptions, "NetworkingConfig"> =>
  LEGACY_NETWORKS.has(plan.network) || NO_NETWORK_OF_ITS_OWN(plan.network)
    ? {}
    : {
        NetworkingConfig: {
          EndpointsConfig: {
            [plan.network]: {
              Aliases: [...plan.networkAliases],
              Links: linkTexts(plan),
              ...(plan.address !== undefined && { IPAMConfig: { IPv4Address: plan.address } }),
            },
          },
        },
      };

const hostConfig = (plan: ContainerPlan): HostConfig => ({
  ...resources(plan),
  ...privileges(plan),
  ...fileSystems(plan),
  ...network(plan),
  ...given({ PidMode: plan.pidMode, IpcMode: plan.ipcMode, Init: plan.initProcess || undefined }),
  LogConfig: {
    Type: "json-file",
    Config: {
      "max-size": `${plan.logRotation.maxSizeMiB}m`,
      "max-file": String(plan.logRotation.maxFiles),
      ...(plan.logDelivery && { mode: plan.logDelivery.mode }),
      ...(plan.logDelivery?.maxBufferSize && { "max-buffer-size": plan.logDelivery.maxBufferSize }),
    },
  },
});

/** A plan as the body of Docker's `POST /containers/create` (API 1.41); the name travels in the query. */
export const createOptions = (plan: ContainerPlan): ContainerCreateOptions => ({
  Image: plan.image,
  Labels: { ...plan.labels },
  Env: Object.entries(plan.environment).map(([name, value]) => `${name}=${value}`),
  Tty: plan.pseudoTerminal,
  OpenStdin: plan.interactive,
  ExposedPorts: Object.fromEntries(plan.publish.map((port) => [portName(port), {}])),
  ...given({
    Cmd: plan.command && [...plan.command],
    Entrypoint: plan.entryPoint && [...plan.entryPoint],
    WorkingDir: plan.workingDirectory,
    User: plan.user,
    Hostname: plan.hostname,
    // As Docker makes it of the address; said because newer engines draw a random one.
    MacAddress: plan.address === undefined ? undefined : macAddressOf(plan.address),
    Healthcheck: plan.healthCheck && healthConfig(plan.healthCheck),
  }),
  HostConfig: hostConfig(plan),
  ...endpoints(plan),
});
