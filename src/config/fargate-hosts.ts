import type { EngineAddress, HostDeclaration } from "../fleet/model/host.ts";
import { hostIdentity } from "../fleet/model/host-identity.ts";
import { FARGATE, type HostId } from "../fleet/model/ids.ts";
import type { Resources } from "../fleet/model/resources.ts";
import type { EngineInfo } from "../fleet/ports.ts";
import { builtInAttributes, type DeclarationContext } from "./declarations.ts";
import type { FargateSettings, Settings } from "./settings.ts";

type Capacity = Pick<Settings, "fargate" | "hosts">;

/** What an engine gives Fargate where the file does not say. Beside the pool, not out of it: both may be promised more than there is. */
export const defaultCapacity = ({ cpus, memoryMiB }: Pick<EngineInfo, "cpus" | "memoryMiB">): Resources => ({
  cpuUnits: Math.floor(Math.min(cpus, 4) * 1024),
  memoryMiB: Math.min(Math.floor(memoryMiB / 2), 8192),
});

/** The engines that Fargate's tasks run on: its own, or each of the pool's once. */
export const fargateEngines = ({ fargate, hosts }: Capacity, localEngine: EngineAddress): EngineAddress[] => {
  const engines = fargate.engines ?? hosts?.map(({ engine = localEngine }) => engine) ?? [localEngine];
  return [...new Map(engines.map((engine) => [engine.docker, engine])).values()];
};

/** Names of Fargate's hosts: one for each engine. */
export const fargateHostIds = (engines: readonly EngineAddress[]): HostId[] =>
  engines.map((_, index) => (engines.length === 1 ? "fargate" : `fargate-${index + 1}`) as HostId);

const shareOf = ({ cpuUnits, memoryMiB }: FargateSettings, engines: number, info: EngineInfo): Resources => {
  const usual = defaultCapacity(info);
  return {
    cpuUnits: cpuUnits === undefined ? usual.cpuUnits : Math.floor(cpuUnits / engines),
    memoryMiB: memoryMiB === undefined ? usual.memoryMiB : Math.floor(memoryMiB / engines),
  };
};

/**
 * Fargate's capacity as the fleet registers it: a host on each engine that has answered, of no cluster of anybody's and in no zone of its own:
 * a task stands in the zone of whichever subnet it is given.
 */
export const fargateDeclarations = (
  capacity: Capacity,
  engines: ReadonlyMap<string, EngineInfo>,
  context: DeclarationContext,
): HostDeclaration[] => {
  const addresses = fargateEngines(capacity, context.localEngine);
  const ids = fargateHostIds(addresses);
  return addresses.flatMap((engine, index) => {
    const info = engines.get(engine.docker);
    const id = ids[index];
    if (!info || id === undefined) return [];
    const beside = capacity.hosts?.find((host) => (host.engine ?? context.localEngine).docker === engine.docker);
    const {
      "ecs.availability-zone": _,
      "ecs.subnet-id": __,
      ...attributes
    } = builtInAttributes({}, info, { ...context, privileged: false });
    return {
      id,
      ...hostIdentity(context.installation, id),
      cluster: FARGATE,
      engine,
      engineId: info.id,
      declared: shareOf(capacity.fargate, addresses.length, info),
      publishAddress: "127.0.0.1",
      ...(beside?.registry !== undefined && { registry: beside.registry }),
      attributes,
      tags: {},
      engineVersion: info.version,
      source: "config" as const,
    };
  });
};
