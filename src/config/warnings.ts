import type { EngineAddress } from "../fleet/model/host.ts";
import type { EngineInfo } from "../fleet/ports.ts";
import type { Settings } from "./settings.ts";

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);

/**
 * What works and may surprise: sentences for `berth up` and the log. Engines are keyed by address; one that is missing did
 * not answer, and `silence` may tell why. The built-in hosts are Berth's own choice and are not warned about.
 */
export const warnings = (
  { hosts = [], auth, allow, redis }: Pick<Settings, "hosts" | "auth" | "allow" | "redis">,
  engines: ReadonlyMap<string, EngineInfo>,
  localEngine: EngineAddress,
  silence: ReadonlyMap<string, string> = new Map(),
): string[] => [
  ...(auth === "open" ? ["auth: open lets everyone on this machine run containers; signatures are not checked."] : []),
  ...(allow.privileged ? ["allow.privileged lets a task take over its engine's machine."] : []),
  ...(redis.appendfsync === "everysec"
    ? ["redis.appendfsync: everysec may lose the last second of acknowledged requests in a crash."]
    : []),
  ...[...new Set(hosts.map(({ engine }) => (engine ?? localEngine).docker))].flatMap((docker) => {
    const slices = hosts.filter(({ engine }) => (engine ?? localEngine).docker === docker);
    const names = slices.map(({ id }) => id).join(", ");
    const info = engines.get(docker);
    const why = silence.has(docker) ? ` (${silence.get(docker)})` : "";
    if (!info) return [`The engine ${docker} of ${names} does not answer${why}; its hosts join when it does.`];
    const cpuUnits = sum(slices.map((slice) => slice.cpuUnits));
    const memoryMiB = sum(slices.map((slice) => slice.memoryMiB));
    const over = (what: string, declared: number, has: number) =>
      declared > has ? [`${names} declare ${declared} ${what}, and the engine ${docker} has ${has}.`] : [];
    return [...over("CPU units", cpuUnits, info.cpus * 1024), ...over("MiB of memory", memoryMiB, info.memoryMiB)];
  }),
];
