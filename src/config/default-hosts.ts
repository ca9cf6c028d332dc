import type { EngineInfo } from "../fleet/ports.ts";
import type { ConfiguredHost, Settings } from "./settings.ts";

const SLICES = ["a", "b", "c"];

/**
 * The pool where `berth.yaml` declares none: three slices of the local engine in three zones.
 * Memory is given out once, so a slice has at most a third of it. CPU units are shares, so each slice may have up to a core,
 * even where the engine has fewer than three: a usual task of 1024 units then still fits a small machine.
 */
export const defaultHosts = (engine: Pick<EngineInfo, "cpus" | "memoryMiB">, region: string): ConfiguredHost[] =>
  SLICES.map((letter, index) => ({
    id: `local-${index + 1}`,
    cluster: "default",
    cpuUnits: Math.min(1024, Math.floor(engine.cpus * 1024)),
    memoryMiB: Math.min(2048, Math.floor(engine.memoryMiB / SLICES.length)),
    zone: `${region}${letter}`,
    attributes: {},
  }));

/** The hosts that the settings declare, or the defaults on the local engine; none while that engine does not answer. */
export const hostsOf = (
  { hosts, region }: Pick<Settings, "hosts" | "region">,
  localEngine: EngineInfo | undefined,
): readonly ConfiguredHost[] => hosts ?? (localEngine ? defaultHosts(localEngine, region) : []);
