import type { FastifyBaseLogger, FastifyInstance } from "fastify";
import { type Config, ConfigError } from "../config.ts";
import type { Rules, Shelf } from "../http/registry/ports.ts";
import { registryDoor } from "../http/registry/server.ts";
import { systemClock } from "../kernel/clock.ts";
import type { Failpoints } from "../kernel/failpoints.ts";
import { systemRandom } from "../kernel/random.ts";

export interface RegistryDoors {
  close(): Promise<void>;
}

/**
 * Opens the registry on loopback and, where `registry.listen` says so, at one more address of this machine with TLS. Throws ConfigError where
 * an address is taken or not of this machine.
 */
export const openRegistryDoors = async <Holder>(
  config: Pick<Config, "account" | "region" | "registryPort" | "registry" | "home">,
  parts: {
    readonly rules: Rules<Holder>;
    readonly shelf: Shelf;
    readonly failpoints: Failpoints;
    readonly log: FastifyBaseLogger;
  },
): Promise<RegistryDoors> => {
  const { registryPort, registry, home } = config;
  const options = { ...parts, defaults: config, requestId: systemRandom.uuid };
  const doors: FastifyInstance[] = [];
  const close = async () => void (await Promise.all(doors.map((door) => door.close())));
  const open = async (door: FastifyInstance, host: string, port: number, setting: string) => {
    doors.push(door);
    try {
      await door.listen({ host, port });
    } catch (error) {
      await close();
      throw listenFault(error as NodeJS.ErrnoException, host, port, setting);
    }
  };
  await open(registryDoor(options), "127.0.0.1", registryPort, "BERTH_REGISTRY_PORT");
  if (registry.listen) {
    const { address, port } = registry.listen;
    // Loaded where it is wanted only.
    const { authority } = await import("../config/authority.ts");
    const { caFile, issue } = await authority(home, systemClock.now());
    const tls = issue(address, systemClock.now());
    await open(registryDoor({ ...options, tls }), address, port, "registry.listen");
    parts.log.info({ address, port, caFile }, "the registry listens beyond loopback; engines trust it by caFile");
  }
  return { close };
};

const listenFault = (error: NodeJS.ErrnoException, host: string, port: number, where: string): Error => {
  if (error.code === "EADDRINUSE")
    return new ConfigError([{ where, what: `port ${port} of ${host} is taken by another program; choose another` }]);
  if (error.code === "EADDRNOTAVAIL")
    return new ConfigError([{ where, what: `${host} is no address of this machine` }]);
  return error;
};
