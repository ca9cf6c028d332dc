import type { RecordVersion } from "../kernel/records.ts";
import type { LogLine } from "./model/container-plan.ts";
import type { ExecPlan, RunningExec } from "./model/exec.ts";
import type { Host, HostState, HostView } from "./model/host.ts";
import type { ClusterId, HostId, TaskId } from "./model/ids.ts";
import type { PlacementExplanation, PlacementRecord, PlacementRequest } from "./model/placement.ts";
import type { JobClaim } from "./model/placement-move.ts";
import type { Resources } from "./model/resources.ts";
import type { StopCode, Task } from "./model/task.ts";
import type { TaskSpec } from "./model/task-spec.ts";
import type { TaskUse } from "./model/use.ts";

/**
 * What became of a placement: every asked task is either made or explained. `conflict`: its cause was used before with other parameters, or the
 * document that wants the tasks has changed; where any was made, that document's version is one more.
 */
export type PlacementAnswer =
  | { readonly type: "answered"; readonly tasks: readonly Task[]; readonly refused: readonly PlacementExplanation[] }
  | { readonly type: "conflict" };

/** A host to be made at run time: a slice of an engine that the installation already uses. */
export interface SliceRequest {
  readonly cluster: ClusterId;
  /** Chosen where absent. */
  readonly id?: HostId;
  /** The declared host whose engine it shares; the first declared one where absent. */
  readonly besides?: HostId;
  readonly resources: Resources;
  readonly attributes: Readonly<Record<string, string>>;
  readonly tags: Readonly<Record<string, string>>;
}

/** A task that its wing has decided a host for, and the attempt of a job that it is. It publishes no ports. */
export interface ClaimedTask {
  readonly id: TaskId;
  readonly cluster: ClusterId;
  readonly host: HostId;
  readonly spec: TaskSpec;
  readonly group: string;
  readonly details: Readonly<Record<string, unknown>>;
  readonly claim: JobClaim;
  readonly among: NonNullable<PlacementExplanation["among"]>;
  /** Why that host, for whoever asks. */
  readonly why: string;
}

/** A task to be asked to stop, and why. */
export interface TaskStop {
  readonly task: TaskId;
  readonly code: StopCode;
  readonly reason: string;
}

/** `gone`: not made, because their jobs may not start any more. `stale`: nothing was made, the host has changed; look again. */
export type ClaimedAnswer =
  | { readonly type: "placed"; readonly gone: readonly TaskId[] }
  | { readonly type: "stale"; readonly host: HostId };

/** The shared fleet as a wing sees it: tasks placed together on hosts, and the hosts. */
export interface Fleet {
  /**
   * Places now what fits and explains the rest. It never waits itself: tasks of a request that names a line are made nevertheless, and stand
   * in it PROVISIONING until they find a host.
   */
  place(request: PlacementRequest): Promise<PlacementAnswer>;
  /** Places tasks on the hosts that are named, with the attempts of jobs that they are, in one move. */
  placeClaimed(tasks: readonly ClaimedTask[]): Promise<ClaimedAnswer>;
  /**
   * Asks a task to stop; the first asker's reason stands. `undefined`: no such task. Containers have `graceSeconds` between TERM and KILL, their own
   * stop timeout where it is absent.
   */
  stopTask(id: TaskId, code: StopCode, reason: string, graceSeconds?: number): Promise<Task | undefined>;
  /** The same for many at once, on behalf of a document: nothing and `false` where it has changed, else its version is one more. */
  stopTasks(stops: readonly TaskStop[], wantedBy: RecordVersion): Promise<boolean>;
  tasks(ids: readonly TaskId[]): Promise<(Task | undefined)[]>;
  /** Ids, oldest first, of a cluster's tasks bearing all the terms: the wing's own, `desired:RUNNING`, `host:local-1`. */
  findTasks(cluster: ClusterId, terms: readonly string[]): Promise<TaskId[]>;
  /** Replaces the wing's record of a task; `undefined` where it changed meanwhile or is gone. */
  setTaskDetails(id: TaskId, version: number, details: Task["details"]): Promise<Task | undefined>;
  placement(id: TaskId): Promise<PlacementRecord | undefined>;
  /** Refusals kept under a request id, or the last ones. */
  refusals(requestId?: string): Promise<PlacementRecord[]>;
  /** Hosts of a cluster, of all clusters, or those of FARGATE, that are not removed. */
  hosts(cluster?: ClusterId): Promise<HostView[]>;
  addSlice(request: SliceRequest): Promise<HostView>;
  /** Changes what the user wants of a host. */
  setHostState(id: HostId, state: HostState): Promise<HostView | undefined>;
  setHostAttributes(
    id: HostId,
    attributes: Readonly<Record<string, string | undefined>>,
  ): Promise<HostView | undefined>;
  setHostTags(id: HostId, tags: Readonly<Record<string, string>>): Promise<HostView | undefined>;
  /** Takes a host out of the pool. Tasks on it are stopped when `force`; without it, `false` while it has any. */
  removeHost(id: HostId, force: boolean): Promise<boolean>;
  /** What a container printed; follows while it runs, if asked. */
  logs(
    task: TaskId,
    container: string,
    options: { follow: boolean; tail?: number; signal: AbortSignal },
  ): AsyncIterable<LogLine>;
  /** Runs a program in a running container of a task. Throws EngineError (409 where it does not run) and EngineUnreachableError. */
  exec(task: TaskId, container: string, plan: ExecPlan): Promise<RunningExec>;
  /** What the running tasks of connected hosts use, asked of their engines. */
  use(): Promise<TaskUse[]>;
  /** Forgets what tasks printed, unless a log stream shows it: for those whose output outlives their record. */
  forgetOutput(tasks: readonly TaskId[]): Promise<void>;
}

export type { Host };
