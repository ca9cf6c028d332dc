import { NO_HOST } from "../../fleet/model/ids.ts";
import type { JobClaim, PlacementMove } from "../../fleet/model/placement-move.ts";
import { portKey } from "../../fleet/model/ports.ts";
import {
  type DesiredStatus,
  type ObservedTask,
  type StopRequest,
  TASK_MOVES,
  type Task,
  type TaskStatus,
} from "../../fleet/model/task.ts";
import { type Fields, jsonField, numberField, wordField } from "./fields.ts";
import { KEYS } from "./keys.ts";

const DESIRED: readonly DesiredStatus[] = ["RUNNING", "STOPPED"];

/** Which of the host's two counters a status counts in. */
const COUNTS_AS: Readonly<Record<TaskStatus, "pendingTasks" | "runningTasks" | "">> = {
  PROVISIONING: "pendingTasks",
  PENDING: "pendingTasks",
  ACTIVATING: "pendingTasks",
  RUNNING: "runningTasks",
  DEACTIVATING: "",
  STOPPING: "",
  DEPROVISIONING: "",
  STOPPED: "",
};

const countsAs = (status: TaskStatus): string => COUNTS_AS[status];

const isFinal = (status: TaskStatus): boolean => Object.keys(TASK_MOVES[status]).length === 0;

/** Statuses after which that one may be seen: those with a move to it, and itself (something else of the task changed) unless final. */
const statusesBefore = (status: TaskStatus): TaskStatus[] =>
  (Object.keys(TASK_MOVES) as TaskStatus[]).filter(
    (before) => Object.values(TASK_MOVES[before]).includes(status) || (before === status && !isFinal(status)),
  );

/** The members of a task that never change, kept as one text. */
type FixedTask = Pick<
  Task,
  "id" | "cluster" | "capacity" | "host" | "attempt" | "group" | "terms" | "spec" | "ports" | "network" | "createdAt"
>;

const fixedOf = ({
  id,
  cluster,
  capacity,
  host,
  attempt,
  group,
  terms,
  spec,
  ports,
  network,
  createdAt,
}: Task): FixedTask => ({
  id,
  cluster,
  ...(capacity && { capacity }),
  host,
  attempt,
  group,
  terms,
  spec,
  ports,
  ...(network && { network }),
  createdAt,
});

const claimText = ({ job, attempt, environment, decaySeconds }: JobClaim): string =>
  `${job} ${attempt} ${environment} ${decaySeconds}`;

/** The ports and the address that a task holds. */
const heldText = ({ ports, network }: Task): string =>
  [
    ...ports.map((claim) => `${claim.space} ${portKey(claim)}`),
    ...(network ? [`network ${network.address}`] : []),
  ].join(" ");

/** What it is found by: its own terms and the store's. */
const termsOf = ({ terms, host }: Task): string[] => [
  ...new Set([...terms, ...(host === NO_HOST ? [] : [`host:${host}`]), "desired:RUNNING"]),
];

/** A task as `place.lua` takes it: 20 arguments. */
export const placeArguments = ({
  task,
  groupLimit,
  record,
  claim,
  line,
}: PlacementMove["tasks"][number]): (string | number)[] => [
  task.id,
  task.cluster,
  task.host,
  task.group,
  groupLimit ?? "",
  task.spec.reserve.cpuUnits,
  task.spec.reserve.memoryMiB,
  heldText(task),
  task.observed.status,
  countsAs(task.observed.status),
  task.createdAt,
  task.version,
  JSON.stringify(termsOf(task)),
  JSON.stringify(fixedOf(task)),
  JSON.stringify(task.details),
  JSON.stringify(task.observed),
  JSON.stringify(record),
  claim ? claimText(claim) : "",
  line ?? "",
  task.capacity ?? task.cluster,
];

/** What HMGET is asked for to read a task. */
export const TASK_FIELDS = ["fixed", "details", "desired", "stop", "observed", "status", "version"] as const;

/** A task out of its hash. Throws BrokenRecordError. */
export const taskOfFields = (id: string, fields: Fields): Task => {
  const key = KEYS.task + id;
  return {
    ...jsonField<FixedTask>(fields, "fixed", key),
    details: jsonField<Task["details"]>(fields, "details", key),
    desired: wordField(fields, "desired", DESIRED, key),
    ...(fields.has("stop") && { stop: jsonField<StopRequest>(fields, "stop", key) }),
    observed: {
      ...jsonField<ObservedTask>(fields, "observed", key),
      status: wordField(fields, "status", Object.keys(TASK_MOVES) as TaskStatus[], key),
    },
    version: numberField(fields, "version", key),
  };
};

/** One observation as `observe.lua` takes it. */
export const observationOf = (id: string, epoch: number, observed: ObservedTask, at: number): (string | number)[] => {
  const { status } = observed;
  const allowed = ` ${statusesBefore(status).join(" ")} `;
  return [id, epoch, status, allowed, countsAs(status), isFinal(status) ? 1 : 0, JSON.stringify(observed), at];
};
