import type { ClusterView } from "../../src/fleet/model/cluster-view.ts";
import type { HostLedger, HostView } from "../../src/fleet/model/host.ts";
import type { ClusterId, EngineId, HostId } from "../../src/fleet/model/ids.ts";
import type { PlacementRequest } from "../../src/fleet/model/placement.ts";
import type { ContainerSpec, PortSpec, TaskSpec } from "../../src/fleet/model/task-spec.ts";

export const CLUSTER = "000000000000/us-east-1/default" as ClusterId;

export const aHost = (
  id: string,
  { ledger, ...changes }: Partial<Omit<HostView, "ledger">> & { ledger?: Partial<HostLedger> } = {},
): HostView => {
  const declared = changes.declared ?? { cpuUnits: 2048, memoryMiB: 1024 };
  return {
    id: id as HostId,
    instanceId: id.padEnd(32, "0"),
    ec2InstanceId: `i-${id}`,
    cluster: CLUSTER,
    engine: { docker: `unix:///run/${id}.sock` },
    engineId: `engine-of-${id}` as EngineId,
    declared,
    publishAddress: "127.0.1.1",
    attributes: {},
    tags: {},
    engineVersion: "20.10.24",
    source: "config",
    state: "ACTIVE",
    health: "CONNECTED",
    registeredAt: 0,
    ...changes,
    ledger: { free: declared, ports: {}, groups: {}, runningTasks: 0, pendingTasks: 0, ...ledger },
  };
};

export const aView = (hosts: readonly HostView[], changes: Partial<ClusterView> = {}): ClusterView => ({
  hosts,
  neighbours: [],
  enginePorts: {},
  engineAddresses: {},
  ...changes,
});

export const aContainer = (name: string, changes: Partial<ContainerSpec> = {}): ContainerSpec => ({
  name,
  image: "busybox",
  essential: true,
  environment: {},
  cpuShares: 2,
  ports: [],
  dependsOn: [],
  links: [],
  mounts: [],
  volumesFrom: [],
  ulimits: [],
  labels: {},
  extraHosts: [],
  dnsServers: [],
  dnsSearchDomains: [],
  disableNetworking: false,
  readonlyRootFilesystem: false,
  privileged: false,
  initProcess: false,
  capabilitiesAdd: [],
  capabilitiesDrop: [],
  devices: [],
  tmpfs: [],
  sysctls: {},
  securityOptions: [],
  interactive: false,
  pseudoTerminal: false,
  stopTimeoutSeconds: 30,
  ...changes,
});

/** `tcp/80:8080` as container:host; the host's part left out is 0. */
export const ports = (...written: string[]): PortSpec[] =>
  written.map((text) => {
    const [, protocol, containerPort, hostPort] = /^(tcp|udp)\/(\d+)(?::(\d+))?$/.exec(text)!;
    return {
      protocol: protocol as PortSpec["protocol"],
      containerPort: Number(containerPort),
      hostPort: Number(hostPort ?? 0),
    };
  });

export interface Asked extends Partial<Omit<PlacementRequest, "spec">> {
  readonly cpuUnits?: number;
  readonly memoryMiB?: number;
  readonly ports?: readonly PortSpec[];
  readonly networkMode?: TaskSpec["networkMode"];
}

export const aRequest = ({
  cpuUnits = 256,
  memoryMiB = 128,
  ports: published = [],
  networkMode = "bridge",
  ...changes
}: Asked = {}): PlacementRequest => ({
  requestId: "r-1",
  cluster: CLUSTER,
  count: 1,
  group: "family:web",
  terms: [],
  constraints: [],
  strategies: [],
  details: {},
  spec: {
    networkMode,
    limits: {},
    reserve: { cpuUnits, memoryMiB },
    volumes: [],
    containers: [aContainer("app", { ports: published })],
  },
  ...changes,
});

/** Numbers in [0, 1) that are the same for the same seed. */
export const seeded = (seed: number): (() => number) => {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
};
