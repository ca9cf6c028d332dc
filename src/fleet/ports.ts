import type { RecordVersion } from "../kernel/records.ts";
import type { ClusterView } from "./model/cluster-view.ts";
import type {
  ContainerEvent,
  ContainerPlan,
  ContainerStats,
  LogLine,
  ObservedContainer,
} from "./model/container-plan.ts";
import type { ExecPlan, RunningExec } from "./model/exec.ts";
import type { EngineAddress, Host, HostDeclaration, HostHealth, HostState, HostView } from "./model/host.ts";
import type { ClusterId, ContainerId, EngineId, HostId, TaskId } from "./model/ids.ts";
import type { OwnImage } from "./model/image-reference.ts";
import type { EngineNetwork, NetworkSpec } from "./model/network.ts";
import type { PlacementRecord } from "./model/placement.ts";
import type { PlacementMove, PlacementOutcome } from "./model/placement-move.ts";
import type { ObservedTask, StopRequest, Task } from "./model/task.ts";
import type { LogDestination } from "./model/task-spec.ts";
import type { ContainerUse } from "./model/use.ts";
import type { WaitingLines } from "./waiting-lines.ts";

/** What an engine tells of itself. */
export interface EngineInfo {
  readonly id: EngineId;
  readonly version: string;
  readonly cpus: number;
  readonly memoryMiB: number;
  readonly osType: string;
  /** As ECS names it: `x86_64`, `arm64`. */
  readonly architecture: string;
  readonly cgroupDriver: "cgroupfs" | "systemd" | "none";
  readonly cgroupVersion: 1 | 2;
}

/** The engine could not be asked at all: no connection, or no answer in time. Everything else is an EngineError. */
export class EngineUnreachableError extends Error {
  override readonly name = "EngineUnreachableError";
}

/** The engine refused. `status` is its HTTP status. */
export class EngineError extends Error {
  override readonly name = "EngineError";
  readonly status: number;

  constructor(status: number, message: string, options?: ErrorOptions) {
    super(message, options);
    this.status = status;
  }
}

type Labels = Readonly<Record<string, string>>;

/** One Docker engine. Verbs may be repeated unless they say otherwise; all throw EngineUnreachableError or EngineError. */
export interface ContainerEngine {
  info(): Promise<EngineInfo>;
  /** A sign of life; throws EngineUnreachableError when none comes within a few seconds. */
  ping(): Promise<void>;
  /** Pulls by the engine itself; `progress` is called with lines for people. `credentials` are for this pull only. */
  pull(
    image: string,
    progress: (line: string) => void,
    signal: AbortSignal,
    credentials?: RegistryCredentials,
  ): Promise<void>;
  /** The image's id on the engine (`sha256:…`), `undefined` where it has no such image. */
  imageDigest(image: string): Promise<string | undefined>;
  /** Loads an archive in `docker save` format. */
  loadImage(archive: NodeJS.ReadableStream): Promise<void>;
  /** Makes a network, unless there is one of that name; answers what it is then. */
  ensureNetwork(network: NetworkSpec): Promise<EngineNetwork>;
  ensureVolume(volume: {
    name: string;
    driver?: string;
    options: Readonly<Record<string, string>>;
    labels: Labels;
  }): Promise<void>;
  removeVolume(name: string): Promise<void>;
  removeNetwork(name: string): Promise<void>;
  /** The same name again returns the first one's id, if its labels match; throws EngineError 409 if they do not. */
  create(plan: ContainerPlan): Promise<ContainerId>;
  /** Not to be repeated: on an exited container it would run the program again. Callers inspect first and start only what is `created`. */
  start(id: ContainerId): Promise<void>;
  /** TERM, the grace, KILL; returns when it has stopped. Already stopped or gone is success. */
  stop(id: ContainerId, graceSeconds: number): Promise<void>;
  /** By its id or its name. Gone already is success. Anonymous volumes go with it. */
  remove(idOrName: string): Promise<void>;
  /** Runs a program in a running container, beside its own. Throws EngineError 404 and 409 where none runs. Each call runs it anew. */
  exec(id: ContainerId, plan: ExecPlan): Promise<RunningExec>;
  /** What a running container has used so far. Throws EngineError 404 where there is none. */
  use(id: ContainerId): Promise<ContainerUse>;
  /** What the engine measures of a running container over about a second; `undefined` where none runs. */
  stats(id: ContainerId): Promise<ContainerStats | undefined>;
  /** `undefined` where no such container exists. */
  inspect(id: ContainerId): Promise<ObservedContainer | undefined>;
  /**
   * All containers, running or not, whose labels match, with their inspection. One whose inspection the engine refuses is told to `untold` and
   * left out; without that the refusal is thrown.
   */
  list(labels: Labels, untold?: (one: Pick<ObservedContainer, "id" | "labels">) => void): Promise<ObservedContainer[]>;
  listVolumes(labels: Labels): Promise<{ name: string; labels: Labels }[]>;
  listNetworks(labels: Labels): Promise<{ name: string; labels: Labels }[]>;
  /**
   * Events of containers whose labels match, from the moment `subscribed` resolves. Ends with EngineUnreachableError when the
   * connection breaks; callers then subscribe, list and inspect anew: events alone are not enough.
   */
  watch(labels: Labels, signal: AbortSignal): { subscribed: Promise<void>; events: AsyncIterable<ContainerEvent> };
  /**
   * Lines after `since` (exclusive, an earlier line's `at`), those that arrive together at once, following until the container ends or the
   * signal aborts. `terminal`: whether it has one; the engine is asked where that is not known.
   */
  logs(
    id: ContainerId,
    options: { since?: string; terminal?: boolean; follow: boolean; signal: AbortSignal },
  ): AsyncIterable<readonly LogLine[]>;
}

/** Connections to engines by address, made on first use and shared by slices. */
export interface ContainerEngines {
  at(address: EngineAddress): ContainerEngine;
  close(): Promise<void>;
}

/** Cgroups over a slice and over each task, where they are in reach. */
export interface TaskCgroups {
  /** Makes (or finds) the task's cgroup with its limits inside the slice's; returns Docker's CgroupParent, `undefined` where out of reach. */
  ensureTask(
    host: Host,
    task: TaskId,
    limits: { readonly cpuUnits?: number; readonly memoryMiB?: number },
  ): Promise<string | undefined>;
  /** How often the kernel killed for memory in the task's cgroup; 0 where out of reach. */
  oomKills(host: Host, task: TaskId): Promise<number>;
  /** Gone already is success; throws while it still holds processes. */
  removeTask(host: Host, task: TaskId): Promise<void>;
  /** Ids of tasks that have a cgroup in the slice. */
  listTasks(host: Host): Promise<TaskId[]>;
}

export interface HostStore {
  /** Makes a host ACTIVE with an empty ledger, or changes a known one: its free resources move by the difference of the declared ones. */
  register(declaration: HostDeclaration, at: number): Promise<HostView>;
  get(ids: readonly HostId[]): Promise<(HostView | undefined)[]>;
  /** Every host that is not removed, of one cluster or all. */
  list(cluster?: ClusterId): Promise<HostView[]>;
  /** Ports held in network mode host by engine, as `tcp/8080` → task: every slice of the engine shares them. */
  enginePorts(engines: readonly EngineId[]): Promise<ClusterView["enginePorts"]>;
  /** Addresses of tasks in the networks of clusters, by engine, as `10.42.7.130` → task. */
  engineAddresses(engines: readonly EngineId[]): Promise<ClusterView["engineAddresses"]>;
  setState(id: HostId, state: HostState, at: number): Promise<HostView | undefined>;
  /** Refused (false) for an older epoch. */
  setHealth(id: HostId, epoch: number, health: HostHealth, at: number): Promise<boolean>;
  /** Which network its cluster has on its engine, `10.42.7.0/24`; `undefined`: none. Refused (false) for an older epoch. */
  setNetwork(id: HostId, epoch: number, network: string | undefined, at: number): Promise<boolean>;
  /** Sets attributes, `undefined` deletes one. */
  setAttributes(
    id: HostId,
    attributes: Readonly<Record<string, string | undefined>>,
    at: number,
  ): Promise<HostView | undefined>;
  setTags(id: HostId, tags: Labels, at: number): Promise<HostView | undefined>;
  /** Forgets a host. Refused (false) while it has tasks that are not STOPPED and cleaned up: only its owner can do that. */
  remove(id: HostId, at: number): Promise<boolean>;
}

export interface TaskStore extends WaitingLines {
  /** All or nothing; rechecks resources, ports, host state and groupLimit. */
  commit(move: PlacementMove): Promise<PlacementOutcome>;
  get(ids: readonly TaskId[]): Promise<(Task | undefined)[]>;
  /** Ids, oldest first, of a cluster's tasks that bear all the terms: the wing's own, and `desired:RUNNING`, `host:local-1`. */
  find(cluster: ClusterId, terms: readonly string[]): Promise<TaskId[]>;
  /** Ids of the tasks of a host whose containers may still need something: not STOPPED, or not yet cleaned up. */
  onHost(host: HostId): Promise<TaskId[]>;
  /**
   * desiredStatus STOPPED with its reason; the first request wins and later ones change nothing. A task that waits for a host is STOPPED with it. The host's owner gives its epoch: an
   * older one changes nothing either. Answers the task as it is then; `undefined`: no such task.
   */
  requestStop(id: TaskId, stop: StopRequest, epoch?: number): Promise<Task | undefined>;
  /**
   * The same for many at once, on behalf of a document. `false`: nothing was asked, it has changed; else its version is one more, whether or
   * not any of the tasks was still to run.
   */
  requestStops(stops: readonly (StopRequest & { readonly task: TaskId })[], wantedBy: RecordVersion): Promise<boolean>;
  /** What the owner saw. `false`: an older epoch, or a move its table does not have. STOPPED gives back what the task held. */
  observe(id: TaskId, epoch: number, observed: ObservedTask, at: number): Promise<boolean>;
  /** Replaces the wing's record if it is still of that version. */
  setDetails(id: TaskId, version: number, details: Task["details"], at: number): Promise<Task | undefined>;
  /** The containers of a STOPPED task are gone: its host need not look at it any more. */
  cleaned(id: TaskId, epoch: number): Promise<boolean>;
  /** Forgets tasks STOPPED before that time. What jobs printed is kept as long as the job. */
  forgetStoppedBefore(time: number, limit: number): Promise<{ readonly id: TaskId; readonly keepsOutput: boolean }[]>;
  /** Why a task is where it is. */
  placement(id: TaskId): Promise<PlacementRecord | undefined>;
  /** Keeps a refusal an hour under its request id. */
  keepRefusals(requestId: string, records: readonly PlacementRecord[]): Promise<void>;
  refusals(requestId?: string): Promise<PlacementRecord[]>;
}

/** Which control planes live, and who owns a host. An epoch is a counter that grows with every new owner. */
export interface LeaseStore {
  /** The new epoch, or `undefined` while another owner's lease lasts. */
  acquire(host: HostId, owner: string, lastsMs: number): Promise<number | undefined>;
  /** `false`: lost it. */
  renew(host: HostId, owner: string, epoch: number, lastsMs: number): Promise<boolean>;
  release(host: HostId, owner: string, epoch: number): Promise<void>;
  /** Counts the owner as living for that long; answers all that live, the one that came first first. */
  attend(owner: string, lastsMs: number): Promise<string[]>;
  /** It ends: the others need not wait to have its hosts. */
  leave(owner: string): Promise<void>;
}

/** A container about to start whose output is to be read elsewhere too. */
export interface StartingContainer {
  readonly cluster: ClusterId;
  readonly task: TaskId;
  readonly container: string;
  readonly runtimeId: ContainerId;
  readonly to: LogDestination;
}

/** There is no place for a container's output, so it does not start. The message is what its task tells. */
export class OutputRefusedError extends Error {
  override readonly name = "OutputRefusedError";
}

/** Who else reads the output that the fleet keeps. */
export interface OutputStreams {
  /** Told before a container starts; may be repeated. Throws OutputRefusedError. */
  open(starting: StartingContainer): Promise<void>;
  /** Those of the tasks whose output stays when they are forgotten; whoever keeps it removes it later. */
  kept(tasks: readonly TaskId[]): Promise<ReadonlySet<TaskId>>;
}

/** Where the output of containers is kept. */
export interface LogFiles {
  /** Opens the segment of an epoch for appending. */
  append(task: TaskId, container: string, epoch: number): Promise<LogAppender>;
  /** Where following resumes: a little before the last line kept, in any segment. Ask once `append` is open: it drops what is told again. */
  lastLineAt(task: TaskId, container: string): Promise<string | undefined>;
  /** Lines kept, oldest first, and if `follow` those to come: until `ended` aborts and what is on disk by then is told, or `signal` aborts. */
  read(
    task: TaskId,
    container: string,
    options: { follow: boolean; tail?: number; signal: AbortSignal; ended?: AbortSignal },
  ): AsyncIterable<LogLine>;
  remove(task: TaskId): Promise<void>;
}

export interface LogAppender {
  write(lines: readonly LogLine[]): Promise<void>;
  /** Everything written is on disk. */
  close(): Promise<void>;
}

/** With what an engine asks a registry for an image. */
export interface RegistryCredentials {
  readonly username: string;
  readonly password: string;
  readonly serveraddress: string;
}

/** Berth's own registry, as launches use it. A reference without account and region means the default ones. */
export interface OwnImages {
  /** The repository below the registry's address, `000000000000.us-east-1/app`. */
  pathOf(image: OwnImage): string;
  /** What the tag names now, or the digest itself where that image is there; else what is missing, in AWS's words. */
  find(
    image: OwnImage,
  ): Promise<{ readonly type: "found"; readonly digest: string } | { readonly type: "missing"; readonly what: string }>;
  /** For one pull from that repository, and for nothing else. */
  credentials(image: OwnImage, serveraddress: string): RegistryCredentials;
  /**
   * The image in `docker save` format, under that name, for an engine that cannot pull it; of an index the image of that architecture (`x86_64`,
   * `arm64`). `undefined` where it is not there. Throws RegistryUnavailableError.
   */
  archive(
    image: OwnImage,
    digest: string,
    name: string,
    architecture: string,
  ): Promise<NodeJS.ReadableStream | undefined>;
}

/** Archives of images that Berth itself brings, for engines that cannot reach its registry. */
export interface ImageArchives {
  /** Opens the archive of `berth/busybox:latest`; `undefined` where there is none. */
  open(repositoryAndTag: string): Promise<NodeJS.ReadableStream | undefined>;
}
