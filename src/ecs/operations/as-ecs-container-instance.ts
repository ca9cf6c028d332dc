import type { Attribute, ContainerInstance, ContainerInstanceField, Resource } from "@aws-sdk/client-ecs";
import { clusterParts, type HostView, type Resources } from "../../fleet/index.ts";
import { containerInstanceArn } from "../model/identifiers.ts";
import { asTagList } from "../model/tags.ts";

/** A host as ECS answers it. */
export const asEcsContainerInstance = (
  host: HostView,
  include: readonly ContainerInstanceField[] = [],
): ContainerInstance => {
  const { name: cluster, ...scope } = clusterParts(host.cluster);
  const isConnected = host.health === "CONNECTED";
  return {
    containerInstanceArn: containerInstanceArn(scope, cluster, host.instanceId),
    ec2InstanceId: host.ec2InstanceId,
    status: host.state,
    agentConnected: isConnected,
    ...(isConnected ? {} : { statusReason: `The engine of ${host.id} is ${host.health}.` }),
    runningTasksCount: host.ledger.runningTasks,
    pendingTasksCount: host.ledger.pendingTasks,
    // A Berth host's engine is its agent: there is no other version to tell.
    versionInfo: { agentVersion: host.engineVersion, dockerVersion: `DockerVersion: ${host.engineVersion}` },
    registeredResources: asResources(host.declared, []),
    remainingResources: asResources(host.ledger.free, Object.keys(host.ledger.ports)),
    attributes: asAttributes(host),
    registeredAt: new Date(host.registeredAt),
    attachments: [],
    tags: include.includes("TAGS") ? asTagList(host.tags) : [],
    ...(include.includes("CONTAINER_INSTANCE_HEALTH") ? { healthStatus: healthOf(host) } : {}),
  };
};

/** CPU and MEMORY count; PORTS and PORTS_UDP are the ports that are taken, `tcp/8080` in the ledger. */
const asResources = ({ cpuUnits, memoryMiB }: Resources, taken: readonly string[]): Resource[] => {
  const ports = (protocol: string): string[] =>
    taken.filter((key) => key.startsWith(`${protocol}/`)).map((key) => key.slice(protocol.length + 1));
  return [
    { ...NUMBER, name: "CPU", type: "INTEGER", integerValue: cpuUnits },
    { ...NUMBER, name: "MEMORY", type: "INTEGER", integerValue: memoryMiB },
    { ...NUMBER, name: "PORTS", type: "STRINGSET", integerValue: 0, stringSetValue: ports("tcp") },
    { ...NUMBER, name: "PORTS_UDP", type: "STRINGSET", integerValue: 0, stringSetValue: ports("udp") },
  ];
};

/** AWS answers all the numbers of a resource, whatever its type. */
const NUMBER = { doubleValue: 0, longValue: 0 } as const;

/** Attributes of a host; one without a value has none. */
export const asAttributes = ({ attributes }: Pick<HostView, "attributes">): Attribute[] =>
  Object.entries(attributes).map(([name, value]) => (value === "" ? { name } : { name, value }));

const healthOf = ({ health }: HostView): NonNullable<ContainerInstance["healthStatus"]> => ({
  overallStatus: health === "CONNECTED" ? "OK" : "IMPAIRED",
  details: [{ type: "CONTAINER_RUNTIME", status: health === "CONNECTED" ? "OK" : "IMPAIRED" }],
});
