import type { Container, NetworkBinding } from "@aws-sdk/client-ecs";
import {
  type ContainerSpec,
  type ContainerState,
  clusterParts,
  type PortBinding,
  type Task,
} from "../../fleet/index.ts";
import { uuidOf } from "../../kernel/fingerprint.ts";
import { containerArn, taskArn } from "../model/identifiers.ts";
import { detailsOf } from "../model/task-details.ts";
import { asEcsNetworkInterfaces } from "./as-ecs-attachments.ts";

/** What is between created and running has no name in ECS: it is still PENDING. */
const STATUS: Readonly<Record<ContainerState["status"], string>> = {
  PENDING: "PENDING",
  PULLED: "PENDING",
  CREATED: "PENDING",
  RUNNING: "RUNNING",
  STOPPED: "STOPPED",
};

/** One container of a task as ECS answers it; numbers of cpu and memory are texts there. */
export const asEcsContainer = (task: Task, spec: ContainerSpec): Container => {
  const { name: cluster, ...scope } = clusterParts(task.cluster);
  const state = task.observed.containers.find(({ name }) => name === spec.name);
  // Of an image of another registry the engine's own id is all there is.
  const imageDigest = spec.imageDigest ?? state?.imageDigest;
  return {
    containerArn: containerArn(scope, cluster, task.id, uuidOf(task.id, spec.name)),
    taskArn: taskArn(scope, cluster, task.id),
    name: spec.name,
    image: spec.image,
    ...(imageDigest === undefined ? {} : { imageDigest }),
    ...(state?.runtimeId === undefined ? {} : { runtimeId: state.runtimeId }),
    lastStatus: state ? STATUS[state.status] : "PENDING",
    ...(state?.exitCode === undefined ? {} : { exitCode: state.exitCode }),
    ...(state?.reason === undefined ? {} : { reason: state.reason }),
    networkBindings: (state?.bindings ?? []).map(asNetworkBinding),
    networkInterfaces: asEcsNetworkInterfaces(task),
    healthStatus: spec.healthCheck ? (state?.health ?? "UNKNOWN") : "UNKNOWN",
    cpu: String(detailsOf(task).containerCpu?.[spec.name] ?? 0),
    ...(spec.memoryMiB === undefined ? {} : { memory: String(spec.memoryMiB) }),
    ...(spec.memoryReservationMiB === undefined ? {} : { memoryReservation: String(spec.memoryReservationMiB) }),
  };
};

const asNetworkBinding = ({ bindIp, containerPort, hostPort, protocol }: PortBinding): NetworkBinding => ({
  bindIP: bindIp,
  containerPort,
  hostPort,
  protocol,
});
