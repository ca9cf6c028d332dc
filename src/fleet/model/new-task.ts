import { NO_HOST, type TaskId } from "./ids.ts";
import type { PlacementExplanation, PlacementPlan, PlacementRecord, PlacementRequest } from "./placement.ts";
import { portWants } from "./port-wants.ts";
import { portKey } from "./ports.ts";
import type { Task } from "./task.ts";

type Placed = PlacementPlan["placed"][number];

/** A task of a request at its beginning: on the host that was planned for it, or waiting for one. */
export const newTask = (
  request: PlacementRequest,
  id: TaskId,
  createdAt: number,
  placed: Placed | undefined,
): Task => ({
  id,
  cluster: request.cluster,
  ...(request.capacity && { capacity: request.capacity }),
  host: placed?.host ?? NO_HOST,
  attempt: 1,
  group: request.group,
  terms: request.terms,
  spec: request.spec,
  ports: placed?.ports ?? [],
  ...(placed?.network && { network: placed.network }),
  details: request.details,
  createdAt,
  desired: "RUNNING",
  observed: {
    status: placed ? "PENDING" : "PROVISIONING",
    containers: request.spec.containers.map(({ name }) => ({
      name,
      status: "PENDING",
      bindings: [],
      restartCount: 0,
    })),
  },
  version: 1,
});

/** A task that waited, on the host that was found for it. */
export const placedTask = (task: Task, { host, ports, network }: Placed): Task => ({
  ...task,
  host,
  ports,
  ...(network && { network }),
  observed: { ...task.observed, status: "PENDING" },
});

/** Why a task of a request went where it went, for whoever asks later. */
export const recordOf = (
  request: PlacementRequest,
  explanation: PlacementExplanation,
  at: number,
): PlacementRecord => ({
  requestId: request.requestId,
  cluster: request.cluster,
  group: request.group,
  at,
  needed: { ...request.spec.reserve, ports: portWants(request.spec).map(wantedPort) },
  constraints: request.constraints,
  strategies: request.strategies,
  ...(request.notes && { notes: request.notes }),
  explanation,
});

const wantedPort = (want: ReturnType<typeof portWants>[number]): string =>
  want.hostPort === 0 ? `${want.protocol}/any` : portKey(want);

/** At most so many tasks of the request's group on a host. */
export const groupLimitOf = ({ constraints }: PlacementRequest): { readonly groupLimit?: 1 } =>
  constraints.some(({ type }) => type === "distinctInstance") ? { groupLimit: 1 } : {};
