import type { Attachment, NetworkInterface } from "@aws-sdk/client-ecs";
import { macAddressOf, type Task } from "../../fleet/index.ts";
import { uuidOf } from "../../kernel/fingerprint.ts";
import { subnetOf } from "../model/network-configuration.ts";

const attachmentIdOf = ({ id }: Task): string => uuidOf(id, "attachment");

const interfaceIdOf = ({ id }: Task): string =>
  `eni-${uuidOf(id, "network-interface").replaceAll("-", "").slice(0, 17)}`;

/** It is there once a container runs in the task's namespace, and goes with the task. */
const statusOf = ({ observed }: Task): string => {
  if (observed.status === "STOPPED") return "DELETED";
  return observed.containers.some(({ startedAt }) => startedAt !== undefined) ? "ATTACHED" : "PRECREATED";
};

/** The network interface of a task in network mode awsvpc as ECS answers it; other tasks have none. */
export const asEcsAttachments = (task: Task): Attachment[] => {
  const { network } = task;
  if (!network) return [];
  const details = {
    subnetId: subnetOf(network.zone),
    networkInterfaceId: interfaceIdOf(task),
    macAddress: macAddressOf(network.address),
    privateIPv4Address: network.address,
  };
  return [
    {
      id: attachmentIdOf(task),
      type: "ElasticNetworkInterface",
      status: statusOf(task),
      details: Object.entries(details).map(([name, value]) => ({ name, value })),
    },
  ];
};

/** The task's network interface as each of its containers shows it. */
export const asEcsNetworkInterfaces = (task: Task): NetworkInterface[] =>
  task.network ? [{ attachmentId: attachmentIdOf(task), privateIpv4Address: task.network.address }] : [];
