import { connect } from "node:net";
import type { HostStore } from "../fleet/ports.ts";
import type { Health } from "../http/probes.ts";

export interface HealthParts {
  readonly version: string;
  readonly installation: string;
  readonly pingStore: () => Promise<unknown>;
  readonly hosts: HostStore;
  readonly distributionSocket: string;
}

/** How the parts are. Without its store or without any host that answers, Berth is degraded; the registry serves nothing yet. */
export const healthOf = async ({
  version,
  installation,
  pingStore,
  hosts,
  distributionSocket,
}: HealthParts): Promise<Health> => {
  const [redis, pool, registry] = await Promise.all([
    pingStore().then(
      () => "ok" as const,
      () => "unreachable" as const,
    ),
    hosts.list().catch(() => []),
    canConnect(distributionSocket),
  ]);
  const connected = pool.some(({ health }) => health === "CONNECTED");
  return {
    status: redis === "ok" && connected ? "ok" : "degraded",
    version,
    installation,
    parts: {
      redis,
      hosts: Object.fromEntries(pool.map(({ id, health, state }) => [id, { health, state }])),
      registry: registry ? "ok" : "unreachable",
    },
  };
};

const canConnect = (path: string): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(path);
    const answer = (reached: boolean) => () => {
      socket.destroy();
      resolve(reached);
    };
    socket.once("connect", answer(true)).once("error", answer(false)).setTimeout(1000, answer(false));
  });
