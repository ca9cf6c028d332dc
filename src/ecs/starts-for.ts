import { clusterId, FARGATE, type Fleet, zoneOf } from "../fleet/index.ts";
import type { Scope } from "../kernel/scope.ts";
import type { AskedCapacity } from "./model/capacity.ts";
import { capacityProviderId, groupNameOf } from "./model/capacity-provider.ts";
import type { TasksByProvider } from "./model/capacity-strategy.ts";
import { InvalidParameterException } from "./model/errors.ts";
import type { ClusterRecord, TaskDefinitionRevision } from "./model/records.ts";
import { providersOf, type Start, startsOf } from "./model/start-on.ts";
import type { EcsDeps } from "./ports.ts";

/** On what so many more tasks start, given those of them that run already by provider. */
export const startsFor = async (
  { capacityProviders }: Pick<EcsDeps, "capacityProviders">,
  capacity: AskedCapacity,
  count: number,
  scope: Scope,
  running: TasksByProvider = {},
): Promise<Start[]> => {
  if ("launchType" in capacity) return startsOf(capacity, count, new Map());
  const names = providersOf(capacity.strategy);
  const stored = await capacityProviders.get(names.map((name) => capacityProviderId(scope, name)));
  const groups = stored.flatMap((one) =>
    one ? [[one.value.name, groupNameOf(one.value.autoScalingGroupProvider)] as const] : [],
  );
  return startsOf(capacity, count, new Map(groups), running);
};

/** Zones in which tasks of a definition can have subnets: those of the cluster's hosts, and for Fargate those of the whole pool; none need one but in network mode awsvpc. */
export const zonesFor = async (
  fleet: Fleet,
  cluster: ClusterRecord,
  { members }: Pick<TaskDefinitionRevision, "members">,
  launchType: "EC2" | "FARGATE",
): Promise<string[]> => {
  if (members.networkMode !== "awsvpc") return [];
  const hosts = await (launchType === "FARGATE" ? fleet.hosts() : fleet.hosts(clusterId(cluster, cluster.name)));
  return hosts.map(zoneOf);
};

/** AWS has machines of every architecture, a pool of engines has those that it has. Throws InvalidParameterException for a task that would wait in vain. */
export const refuseForeignArchitecture = async (
  fleet: Fleet,
  { members }: Pick<TaskDefinitionRevision, "members">,
): Promise<void> => {
  const asked = members.runtimePlatform?.cpuArchitecture;
  if (asked === undefined) return;
  const there = (await fleet.hosts(FARGATE)).map(({ attributes }) => attributes["ecs.cpu-architecture"]);
  if (there.length === 0 || there.includes(asked.toLowerCase())) return;
  throw new InvalidParameterException(
    `No engine that Fargate's tasks run on has the architecture ${asked}: there is ${[...new Set(there)].join(", ")}.`,
  );
};
