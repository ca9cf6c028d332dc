import type { HostStore } from "../fleet/ports.ts";
import type { Health } from "../http/probes.ts";

export interface HealthParts {
  readonly version: string;
  readonly installation: string;
  readonly pingStore: () => Promise<unknown>;
  readonly hosts: HostStore;
  readonly pingRegistry: () => Promise<unknown>;
}

/** How the parts are. Without its store, its registry or any host that answers, Berth is degraded. */
export const healthOf = async ({
  version,
  installation,
  pingStore,
  hosts,
  pingRegistry,
}: HealthParts): Promise<Health> => {
  const [redis, pool, registry] = await Promise.all([
    answer(pingStore()),
    hosts.list().catch(() => []),
    answer(pingRegistry()),
  ]);
  const connected = pool.some(({ health }) => health === "CONNECTED");
  return {
    status: redis === "ok" && registry === "ok" && connected ? "ok" : "degraded",
    version,
    installation,
    parts: {
      redis,
      hosts: Object.fromEntries(pool.map(({ id, health, state }) => [id, { health, state }])),
      registry,
    },
  };
};

const answer = (ping: Promise<unknown>): Promise<"ok" | "unreachable"> =>
  ping.then(
    () => "ok" as const,
    () => "unreachable" as const,
  );
