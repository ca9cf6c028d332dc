import type { Clock } from "../../kernel/clock.ts";
import type { Failpoints } from "../../kernel/failpoints.ts";
import type { Random } from "../../kernel/random.ts";
import type { PlacementAnswer } from "../fleet.ts";
import type { ClusterView } from "../model/cluster-view.ts";
import type { ClusterId, TaskId } from "../model/ids.ts";
import { withPause } from "../model/pause.ts";
import { place } from "../model/place.ts";
import type { PlacementExplanation, PlacementPlan, PlacementRecord, PlacementRequest } from "../model/placement.ts";
import type { PlacementMove } from "../model/placement-move.ts";
import { portWants } from "../model/port-wants.ts";
import { portKey } from "../model/ports.ts";
import type { Task } from "../model/task.ts";
import type { HostStore, OwnImages, TaskStore } from "../ports.ts";
import { withDigests } from "./resolve-images.ts";

export interface PlacementDeps {
  readonly clock: Clock;
  readonly random: Random;
  readonly failpoints: Failpoints;
  readonly hosts: HostStore;
  readonly tasks: TaskStore;
  readonly ownImages: OwnImages;
  readonly registry: string;
}

/** How often a plan is made anew after another control plane was faster. */
const REPLANS = 20;

/**
 * Places a request on a fresh snapshot of its cluster: plan, commit in one move, and plan again if the move found the
 * cluster changed. Refused tasks are never made; why is kept under the request id. Throws when it loses the race too often.
 */
export const placeTasks = async (deps: PlacementDeps, asked: PlacementRequest): Promise<PlacementAnswer> => {
  const request = { ...asked, spec: await withDigests(deps, withPause(asked.spec)) };
  for (let tries = 0; tries < REPLANS; tries += 1) {
    const plan = place(request, await viewOf(deps.hosts, request.cluster), deps.random.next);
    const move = moveOf(deps, request, plan);
    await deps.failpoints.hit("place.before-commit");
    const outcome = await deps.tasks.commit(move);
    await deps.failpoints.hit("place.committed");
    if (outcome.type === "stale") continue;
    if (outcome.type === "conflict") return { type: "conflict" };
    if (outcome.type === "repeated") return repeatedAnswer(deps.tasks, outcome.tasks);
    await keepRefusals(deps, request, plan.refused);
    return { type: "answered", tasks: move.tasks.map(({ task }) => task), refused: plan.refused };
  }
  throw new Error(`lost the race for ${request.cluster} ${REPLANS} times`);
};

const viewOf = async (store: HostStore, cluster: ClusterId): Promise<ClusterView> => {
  const all = await store.list();
  const hosts = all.filter((host) => host.cluster === cluster);
  const engines = new Set(hosts.map((host) => host.engineId));
  return {
    hosts,
    neighbours: all.filter((host) => host.cluster !== cluster && engines.has(host.engineId)),
    enginePorts: await store.enginePorts([...engines]),
    engineAddresses: await store.engineAddresses([...engines]),
  };
};

/** What the first request with this cause was answered: its tasks as they are now, and its refusals as long as they are kept. */
const repeatedAnswer = async (tasks: TaskStore, ids: readonly TaskId[]): Promise<PlacementAnswer> => {
  const made = (await tasks.get(ids)).flatMap((task) => task ?? []);
  const first = made[0] && (await tasks.placement(made[0].id));
  const refusals = first ? await tasks.refusals(first.requestId) : [];
  return { type: "answered", tasks: made, refused: refusals.map(({ explanation }) => explanation) };
};

const moveOf = ({ clock, random }: PlacementDeps, request: PlacementRequest, plan: PlacementPlan): PlacementMove => {
  const createdAt = clock.now();
  const distinct = request.constraints.some(({ type }) => type === "distinctInstance");
  return {
    ...(request.cause && { cause: request.cause }),
    ...(request.wantedBy && { wantedBy: request.wantedBy }),
    tasks: plan.placed.map(({ host, ports, network, explanation }) => {
      const id = random.hex(32) as TaskId;
      const task: Task = {
        id,
        cluster: request.cluster,
        host,
        attempt: 1,
        group: request.group,
        terms: request.terms,
        spec: request.spec,
        ports,
        ...(network && { network }),
        details: request.details,
        createdAt,
        desired: "RUNNING",
        observed: {
          status: "PENDING",
          containers: request.spec.containers.map(({ name }) => ({
            name,
            status: "PENDING",
            bindings: [],
            restartCount: 0,
          })),
        },
        version: 1,
      };
      return {
        task,
        ...(distinct && { groupLimit: 1 }),
        record: { ...recordOf(request, explanation, createdAt), taskId: id },
      };
    }),
  };
};

const recordOf = (request: PlacementRequest, explanation: PlacementExplanation, at: number): PlacementRecord => ({
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

const keepRefusals = async (
  { clock, tasks }: PlacementDeps,
  request: PlacementRequest,
  refused: readonly PlacementExplanation[],
): Promise<void> => {
  if (refused.length === 0) return;
  await tasks.keepRefusals(
    request.requestId,
    refused.map((explanation) => recordOf(request, explanation, clock.now())),
  );
};
