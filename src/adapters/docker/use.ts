import type { ContainerUse } from "../../fleet/model/use.ts";
import type { ContainerEngine } from "../../fleet/ports.ts";
import type { Ask } from "./ask.ts";

interface Stats {
  readonly cpu_stats?: { readonly cpu_usage?: { readonly total_usage?: number } };
  readonly memory_stats?: {
    readonly usage?: number;
    readonly limit?: number;
    readonly stats?: Readonly<Record<string, number>>;
  };
}

/** Docker's figures as `docker stats` reckons: what is used without the inactive cache of files, under cgroup v1 or v2. */
const useOf = ({ cpu_stats, memory_stats: { usage = 0, limit = 0, stats = {} } = {} }: Stats): ContainerUse => {
  const inactive = stats.total_inactive_file ?? stats.inactive_file ?? 0;
  return {
    cpuNanos: cpu_stats?.cpu_usage?.total_usage ?? 0,
    memoryBytes: Math.max(0, usage - inactive),
    memoryLimitBytes: limit,
  };
};

export const useVerb = (ask: Ask): Pick<ContainerEngine, "use"> => ({
  async use(id) {
    const path = `/containers/${encodeURIComponent(id)}/stats`;
    // Without `one-shot` Docker takes two samples and a second.
    return useOf(await ask.answer<Stats>({ method: "GET", path, query: { stream: false, "one-shot": true } }));
  },
});
