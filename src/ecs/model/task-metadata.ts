import {
  type ContainerSpec,
  type ContainerState,
  clusterParts,
  isInternal,
  type LogDestination,
  type ObservedMount,
  type Task,
} from "../../fleet/index.ts";
import { uuidOf } from "../../kernel/fingerprint.ts";
import { clusterArn, containerArn, taskArn } from "./identifiers.ts";
import type { Tags } from "./tags.ts";

/** What is known of a container beside the record of its task. */
export interface ContainerSight {
  /** The engine's name of it. */
  readonly engineName: string;
  /** In the network of its cluster; absent while it does not run, and on the host's own network. */
  readonly address?: string;
  readonly mounts?: readonly ObservedMount[];
}

/** What of a task its record does not tell. */
export interface TaskSight {
  readonly containers: Readonly<Record<string, ContainerSight>>;
  /** `us-east-1a`, of its host. */
  readonly zone?: string;
  /** Of its container instance. */
  readonly hostTags: Tags;
}

const isoTime = (at: number): string => new Date(at).toISOString();

const given = <Part extends object>(part: Part): Part =>
  Object.fromEntries(Object.entries(part).filter(([, value]) => value !== undefined)) as Part;

/** Statuses as the agent names them; what is between created and running is CREATED there. */
const KNOWN_STATUS: Readonly<Record<ContainerState["status"], string>> = {
  PENDING: "PENDING",
  PULLED: "PULLED",
  CREATED: "CREATED",
  RUNNING: "RUNNING",
  STOPPED: "STOPPED",
};

/** A container as the task metadata endpoint version 4 answers it: a shape of ECS's agent, in no model of the SDK's. */
export const containerMetadata = (task: Task, spec: ContainerSpec, sight: TaskSight): object => {
  const { name: cluster, ...scope } = clusterParts(task.cluster);
  const state = task.observed.containers.find(({ name }) => name === spec.name);
  const { engineName, address, mounts } = sight.containers[spec.name] ?? { engineName: "" };
  const at = (time: number | undefined): string | undefined => (time === undefined ? undefined : isoTime(time));
  return given({
    DockerId: state?.runtimeId ?? "",
    Name: spec.name,
    DockerName: engineName,
    Image: spec.image,
    ImageID: state?.imageDigest ?? spec.imageDigest ?? "",
    Ports: state && state.bindings.length > 0 ? state.bindings.map(asPort) : undefined,
    Labels: {
      ...spec.labels,
      "com.amazonaws.ecs.task-arn": taskArn(scope, cluster, task.id),
    },
    DesiredStatus: task.desired,
    KnownStatus: KNOWN_STATUS[state?.status ?? "PENDING"],
    ExitCode: state?.exitCode,
    Limits: given({ CPU: spec.cpuShares, Memory: spec.memoryMiB }),
    CreatedAt: at(state?.createdAt),
    StartedAt: at(state?.startedAt),
    FinishedAt: at(state?.finishedAt),
    Type: "NORMAL",
    Health: state?.health && { status: state.health },
    LogDriver: spec.logTo ? "awslogs" : "json-file",
    LogOptions: spec.logTo && logOptions(spec.logTo, task.id, spec.name, state?.runtimeId ?? ""),
    ContainerARN: containerArn(scope, cluster, task.id, uuidOf(task.id, spec.name)),
    Networks: [networkOf(task, address)],
    Volumes: mounts?.map(asVolume),
    RestartCount: spec.restartPolicy && (state?.restartCount ?? 0),
  });
};

/** The task of it, with its containers; with tags if asked. */
export const taskMetadata = (task: Task, sight: TaskSight, withTags: boolean): object => {
  const { name: cluster, ...scope } = clusterParts(task.cluster);
  const containers = task.spec.containers.filter(({ name }) => !isInternal(name));
  const { observed, spec } = task;
  const labels = containers[0]?.labels ?? {};
  const { cpuUnits, memoryMiB } = spec.limits;
  const limits = given({ CPU: cpuUnits === undefined ? undefined : cpuUnits / 1024, Memory: memoryMiB });
  const service = /^service:(.+)$/.exec(task.group)?.[1];
  return given({
    Cluster: clusterArn(scope, cluster),
    TaskARN: taskArn(scope, cluster, task.id),
    Family: labels["com.amazonaws.ecs.task-definition-family"] ?? "",
    Revision: labels["com.amazonaws.ecs.task-definition-version"] ?? "",
    ServiceName: service,
    DesiredStatus: task.desired,
    KnownStatus: observed.status,
    Limits: Object.keys(limits).length > 0 ? limits : undefined,
    PullStartedAt: observed.pullStartedAt === undefined ? undefined : isoTime(observed.pullStartedAt),
    PullStoppedAt: observed.pullStoppedAt === undefined ? undefined : isoTime(observed.pullStoppedAt),
    ExecutionStoppedAt: observed.executionStoppedAt === undefined ? undefined : isoTime(observed.executionStoppedAt),
    AvailabilityZone: sight.zone ?? "",
    TaskTags: withTags ? (task.details.tags ?? {}) : undefined,
    ContainerInstanceTags: withTags ? sight.hostTags : undefined,
    LaunchType: task.details.launchType ?? "EC2",
    Containers: containers.map((one) => containerMetadata(task, one, sight)),
  });
};

const asPort = ({ containerPort, hostPort, protocol, bindIp }: ContainerState["bindings"][number]) => ({
  ContainerPort: containerPort,
  Protocol: protocol,
  HostPort: hostPort,
  HostIp: bindIp,
});

const asVolume = ({ volume, source, destination }: ObservedMount): object =>
  given({ DockerName: volume, Source: source, Destination: destination });

const networkOf = ({ spec, network }: Task, address: string | undefined): object => {
  const own = network?.address ?? address;
  return given({
    NetworkMode: spec.networkMode,
    IPv4Addresses: own === undefined ? [] : [own],
    IPv4SubnetCIDRBlock: network?.subnet,
  });
};

const logOptions = ({ group, region, streamPrefix }: LogDestination, task: string, container: string, id: string) => ({
  "awslogs-group": group,
  "awslogs-region": region,
  "awslogs-stream": streamPrefix === undefined ? id : `${streamPrefix}/${container}/${task}`,
});
