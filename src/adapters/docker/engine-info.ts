import type { EngineId } from "../../fleet/model/ids.ts";
import type { EngineInfo } from "../../fleet/ports.ts";

/** The members of Docker's `GET /info` that count here. */
export interface DockerInfo {
  readonly ID: string;
  readonly ServerVersion: string;
  readonly NCPU: number;
  readonly MemTotal: number;
  readonly OSType: string;
  readonly Architecture: string;
  readonly CgroupDriver?: string;
  readonly CgroupVersion?: string;
}

/** The kernel's names of processors as ECS has them. */
const ARCHITECTURES: Readonly<Record<string, string>> = { aarch64: "arm64", amd64: "x86_64" };

const DRIVERS: ReadonlySet<string> = new Set(["cgroupfs", "systemd"]);

/** What an engine tells of itself, in our words. */
export const engineInfo = (info: DockerInfo): EngineInfo => ({
  id: info.ID as EngineId,
  version: info.ServerVersion,
  cpus: info.NCPU,
  memoryMiB: Math.floor(info.MemTotal / 1_048_576),
  osType: info.OSType,
  architecture: ARCHITECTURES[info.Architecture] ?? info.Architecture,
  cgroupDriver: (DRIVERS.has(info.CgroupDriver ?? "") ? info.CgroupDriver : "none") as EngineInfo["cgroupDriver"],
  cgroupVersion: info.CgroupVersion === "2" ? 2 : 1,
});
