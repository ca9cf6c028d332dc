import type { ObservedContainer } from "../model/container-plan.ts";
import type { ContainerId } from "../model/ids.ts";
import { containerName, taskVolumeName } from "../model/names.ts";
import { planContainer } from "../model/plan-container.ts";
import type { Task } from "../model/task.ts";
import { networkOf } from "../model/task-network.ts";
import type { ContainerSpec } from "../model/task-spec.ts";
import { type ContainerEngine, EngineError } from "../ports.ts";
import type { HostContext } from "./host-context.ts";
import { isNetworkMissing } from "./networks.ts";
import { ensureVolumes } from "./volumes.ts";

/**
 * A container made (or met, if it was made before), not started. It is told as it was asked for: whoever starts it inspects it first, and so
 * does whoever takes over the host.
 */
export const createContainer = async (
  context: HostContext,
  task: Task,
  spec: ContainerSpec,
  image: string,
): Promise<ObservedContainer> => {
  const { deps, host, engine, cgroups, networks, doors } = context;
  const [cgroupParent, door] = await Promise.all([
    cgroups.ensureTask(host, task.id, task.spec.limits),
    doors.of(task),
    (task.spec.networkMode === "bridge" || task.network) && networks.ensure(networkOf(task)),
    ensureVolumes(context, task, spec),
  ]);
  await deps.failpoints.hit("launch.before-create");
  const plan = planContainer(task, spec, host, deps.policy, image, cgroupParent, door);
  const id = await engine.create(plan);
  await deps.failpoints.hit("launch.created");
  return {
    id,
    name: plan.name,
    labels: plan.labels,
    state: "created",
    oomKilled: false,
    ...(cgroupParent !== undefined && { cgroupParent }),
    bindings: [],
    createdAt: deps.clock.now(),
  };
};

/** Makes the place where a container's output is to be read. Throws OutputRefusedError where there is none. */
export const openOutput = async (
  { deps }: HostContext,
  { id, cluster }: Task,
  { name, logTo }: ContainerSpec,
  runtimeId: ContainerId,
): Promise<void> => {
  if (logTo) await deps.outputs.open({ cluster, task: id, container: name, runtimeId, to: logTo });
};

/**
 * Starts a container unless it ran before: starting an exited one would run its program again. Returns what is there afterwards.
 * Throws EngineError where the engine cannot start it.
 */
export const startContainer = (
  context: HostContext,
  task: Task,
  id: ContainerId,
): Promise<ObservedContainer | undefined> => {
  const { failpoints } = context.deps;
  return startIf(context, task, id, {
    isDue: ({ state }) => state === "created",
    before: () => failpoints.hit("launch.before-start"),
    after: () => failpoints.hit("launch.started"),
  });
};

/**
 * Runs an exited container's program again, unless it ran since the run that began at `runStartedAt`: the restart after that one is on
 * record. Otherwise as startContainer.
 */
export const restartContainer = (
  context: HostContext,
  task: Task,
  id: ContainerId,
  runStartedAt: number | undefined,
): Promise<ObservedContainer | undefined> => {
  const { failpoints } = context.deps;
  return startIf(context, task, id, {
    isDue: ({ state, startedAt }) => state === "exited" && startedAt === runStartedAt,
    before: () => failpoints.hit("restart.before-start"),
    after: () => failpoints.hit("restart.started"),
  });
};

interface StartRule {
  readonly isDue: (found: ObservedContainer) => boolean;
  readonly before: () => Promise<void>;
  readonly after: () => Promise<void>;
}

const startIf = (
  { lease, engine, networks, startLane }: HostContext,
  task: Task,
  id: ContainerId,
  { isDue, before, after }: StartRule,
): Promise<ObservedContainer | undefined> =>
  startLane(async () => {
    const found = await inspected(engine, id);
    if (!found || !isDue(found)) return found;
    await before();
    // Asked last: whoever lost the lease while waiting in the lane must not start anything.
    if (!lease.isHeld()) return found;
    try {
      await engine.start(id);
    } catch (error) {
      if (!isNetworkMissing(error)) throw error;
      // It was removed while nothing ran in it, and Docker noticed before it ran this: so it may be started again.
      networks.forget(networkOf(task));
      await networks.ensure(networkOf(task));
      if (!lease.isHeld()) return found;
      await engine.start(id);
    }
    await after();
    return inspected(engine, id);
  });

/** That an engine refuses to tell of a container does not mean that it could not start it. */
const inspected = (engine: ContainerEngine, id: ContainerId): Promise<ObservedContainer | undefined> =>
  engine.inspect(id).catch((error: unknown) => {
    if (!(error instanceof EngineError)) throw error;
    throw new Error(`the engine refuses to tell of the container: ${error.message}`, { cause: error });
  });

/** Removes what a STOPPED task leaves on its engine. May be repeated. */
export const cleanUp = async ({ deps, host, engine, cgroups }: HostContext, task: Task): Promise<void> => {
  const { installation } = deps.policy;
  await deps.failpoints.hit("janitor.before-remove");
  // By name: whatever a late worker made of this attempt bears no other, and the engine need not be asked what there is.
  for (const { name } of task.spec.containers) {
    await engine.remove(containerName(installation, task.id, task.attempt, name));
  }
  for (const volume of task.spec.volumes) {
    if (volume.kind !== "host" && volume.kind !== "shared")
      await engine.removeVolume(taskVolumeName(installation, task.id, volume.name));
  }
  await cgroups.removeTask(host, task.id);
};
