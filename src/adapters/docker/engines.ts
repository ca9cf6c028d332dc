import type { EngineAddress } from "../../fleet/model/host.ts";
import type { ContainerEngine, ContainerEngines } from "../../fleet/ports.ts";
import { type Connection, connectionTo, type DockerOptions } from "./connection.ts";
import { dockerEngine } from "./engine.ts";

const key = ({ docker, tls }: EngineAddress): string => [docker, tls?.ca, tls?.cert, tls?.key].join("\n");

/** Docker engines by address; slices of one engine share its connection. An address that cannot be meant throws at first use. */
export const dockerEngines = (options: DockerOptions = {}): ContainerEngines => {
  const connectionByKey = new Map<string, Connection>();
  const engineByKey = new Map<string, ContainerEngine>();
  return {
    at(address) {
      const known = engineByKey.get(key(address));
      if (known) return known;
      const connection = connectionTo(address, options);
      const engine = dockerEngine(connection, options);
      connectionByKey.set(key(address), connection);
      engineByKey.set(key(address), engine);
      return engine;
    },
    async close() {
      for (const connection of connectionByKey.values()) connection.close();
      connectionByKey.clear();
      engineByKey.clear();
    },
  };
};
