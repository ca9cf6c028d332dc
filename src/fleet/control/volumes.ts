import { ResourceInitializationError } from "../launch-lookups.ts";
import { LABEL } from "../model/names.ts";
import { volumeNameOf } from "../model/plan-container.ts";
import type { Task } from "../model/task.ts";
import type { ContainerSpec, VolumeSpec } from "../model/task-spec.ts";
import type { HostContext } from "./host-context.ts";

/** Sees to the engine's volumes that a container mounts. Throws ResourceInitializationError for one that should be there and is not. */
export const ensureVolumes = async (context: HostContext, task: Task, spec: ContainerSpec): Promise<void> => {
  const mounted = new Set(spec.mounts.map((mount) => mount.volume));
  for (const volume of task.spec.volumes)
    if (volume.kind !== "host" && mounted.has(volume.name)) await ensureVolume(context, task, volume);
};

const ensureVolume = async (
  { deps, host, engine }: HostContext,
  task: Task,
  volume: Exclude<VolumeSpec, { kind: "host" }>,
): Promise<void> => {
  const { installation } = deps.policy;
  const name = volumeNameOf(volume, task, host, installation);
  const onHost = { [LABEL.installation]: installation, [LABEL.host]: host.id };
  // Docker makes a volume that a container mounts and that is not there: this one would be an empty surprise.
  if (volume.kind === "shared" && !volume.autoprovision) {
    if ((await engine.listVolumes(onHost)).some((one) => one.name === name)) return;
    throw new ResourceInitializationError(
      `shared volume '${volume.name}' does not exist on host ${host.id}, and is made only where 'autoprovision' is true`,
    );
  }
  await engine.ensureVolume({
    name,
    ...(volume.kind !== "task" && volume.driver !== undefined && { driver: volume.driver }),
    options: volume.kind === "task" ? {} : volume.driverOptions,
    labels: {
      ...(volume.kind === "task" ? {} : volume.labels),
      ...onHost,
      ...(volume.kind === "shared" ? {} : { [LABEL.task]: task.id }),
    },
  });
};
