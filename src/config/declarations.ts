import type { Config } from "../config.ts";
import type { EngineAddress, HostDeclaration } from "../fleet/model/host.ts";
import { derivedHex, hostIdentity } from "../fleet/model/host-identity.ts";
import { clusterId, type HostId } from "../fleet/model/ids.ts";
import type { EngineInfo } from "../fleet/ports.ts";
import { capabilityAttributes } from "./capabilities.ts";
import { publishAddresses, sliceNetwork } from "./publish-address.ts";
import type { ConfiguredHost } from "./settings.ts";

/** What is the same for all hosts of an installation. */
export interface DeclarationContext {
  readonly installation: string;
  readonly account: string;
  readonly region: string;
  readonly localEngine: EngineAddress;
  /** `127.0.1`, see sliceNetwork(). */
  readonly sliceNetwork: string;
  readonly platform: string;
  readonly privileged: boolean;
}

/** The attributes that ECS's agent registers, of a host in a zone. */
export const builtInAttributes = (
  { zone, instanceType }: { readonly zone?: string; readonly instanceType?: string },
  engine: EngineInfo,
  { installation, region, privileged }: Pick<DeclarationContext, "installation" | "region" | "privileged">,
): Record<string, string> => {
  const inZone = zone ?? `${region}a`;
  return {
    "ecs.os-type": engine.osType,
    "ecs.cpu-architecture": engine.architecture,
    "ecs.instance-type": instanceType ?? "berth.slice",
    "ecs.availability-zone": inZone,
    "ecs.ami-id": `ami-${derivedHex(17, "ami", engine.osType, engine.architecture, engine.version)}`,
    "ecs.subnet-id": `subnet-${inZone}`,
    "ecs.vpc-id": `vpc-${derivedHex(17, "vpc", installation)}`,
    ...capabilityAttributes(engine.version, privileged),
  };
};

/**
 * The declared hosts as the fleet registers them. A host whose engine has not answered is left out: it is declared as soon
 * as it does. `engines` is keyed by the engine's address, `unix:///…`.
 */
export const toDeclarations = (
  hosts: readonly ConfiguredHost[],
  engines: ReadonlyMap<string, EngineInfo>,
  context: DeclarationContext,
): HostDeclaration[] => {
  const addresses = publishAddresses(hosts, { network: context.sliceNetwork, platform: context.platform });
  return hosts.flatMap((host) => {
    const engine = host.engine ?? context.localEngine;
    const info = engines.get(engine.docker);
    if (!info) return [];
    return {
      id: host.id as HostId,
      ...hostIdentity(context.installation, host.id),
      cluster: clusterId(context, host.cluster),
      engine,
      engineId: info.id,
      declared: { cpuUnits: host.cpuUnits, memoryMiB: host.memoryMiB },
      publishAddress: addresses.get(host.id) ?? "127.0.0.1",
      ...(host.registry !== undefined && { registry: host.registry }),
      ...(host.subnet !== undefined && { subnet: host.subnet }),
      attributes: { ...host.attributes, ...builtInAttributes(host, info, context) },
      tags: {},
      engineVersion: info.version,
      source: "config" as const,
    };
  });
};

/** The context of a configuration's hosts in one installation. */
export const contextOf = (config: Config, installation: string): DeclarationContext => ({
  installation,
  account: config.account,
  region: config.region,
  localEngine: config.localEngine,
  sliceNetwork: sliceNetwork(config.apiPort),
  platform: config.platform,
  privileged: config.allow.privileged,
});
