import { createHash } from "node:crypto";
import type { Server, Socket } from "node:net";
import { DOOR_ADDRESS, type Door } from "../../fleet/model/door.ts";
import type { EngineAddress } from "../../fleet/model/host.ts";
import type { TaskDoors } from "../../fleet/model/task-doors.ts";
import type { Log } from "../../kernel/log.ts";
import { type EngineNamespace, namespaceOfEngine } from "./engine-namespace.ts";
import { listenIn } from "./listen-in.ts";
import { redirectIn } from "./redirect.ts";

/** On a bridge's own address nobody else is expected to listen; ECS's agent has 51679. */
const PORT = 51_680;

export interface TaskDoorsOptions {
  readonly installation: string;
  /** Takes each connection from a container. */
  readonly accept: (socket: Socket) => void;
  readonly log: Log;
}

/** A network of an engine, or `host`: the namespace of the engine itself. */
type From = string;

interface Place {
  readonly url: string;
  /** Where Berth listens, in the engine's namespace. */
  readonly listensAt: string;
}

/**
 * Doors in the namespaces of this machine's engines: Berth listens there itself, at the address of the bridge, and packets to 169.254.170.2 from
 * that bridge's containers are redirected to it, as ECS's agent has it. Two installations on one engine have bridges, and with them doors, of
 * their own. Needs root, or CAP_NET_ADMIN in the engine's own namespace.
 */
export const taskDoors = ({ installation, accept, log }: TaskDoorsOptions): TaskDoors => {
  const opened = new Map<string, Promise<Door | undefined>>();
  const listeners = new Map<string, Server>();
  let over = false;

  const listen = async (namespace: EngineNamespace, address: string): Promise<void> => {
    const key = `${namespace.id} ${address}`;
    if (listeners.has(key) || over) return;
    try {
      const server = await listenIn(namespace, address, PORT);
      listeners.set(key, server);
      server.on("connection", accept);
      server.unref();
      if (over) server.close();
    } catch (error) {
      // Another control plane of the installation serves it. Should that one end, the next sweep finds the address free.
      if ((error as NodeJS.ErrnoException).code !== "EADDRINUSE") throw error;
    }
  };

  const open = async ({ docker }: EngineAddress, from: From): Promise<Door | undefined> => {
    const namespace = await namespaceOfEngine(docker);
    if (!namespace) return undefined;
    const { url, listensAt } = from === "host" ? ownPlace(installation) : bridgePlace(from);
    await listen(namespace, listensAt);
    if (from !== "host")
      await redirectIn(namespace, {
        comment: `berth-${installation}`,
        subnet: from,
        from: DOOR_ADDRESS,
        to: `${listensAt}:${PORT}`,
      });
    return { url };
  };

  const warned = new Set<string>();
  const underWay = new Map<string, Promise<Door | undefined>>();
  const attempt = (engine: EngineAddress, from: From): Promise<Door | undefined> => {
    const key = `${engine.docker} ${from}`;
    // Slices of one engine ask at the same time; each of two would add the rule that it found missing.
    const known = underWay.get(key);
    if (known) return known;
    const opening = open(engine, from).catch((error: unknown) => {
      if (!warned.has(key))
        log.warn({ err: error, engine: engine.docker, from }, "tasks cannot reach Berth from there");
      warned.add(key);
      return undefined;
    });
    opened.set(key, opening);
    underWay.set(key, opening);
    void opening.finally(() => underWay.delete(key));
    return opening;
  };

  return {
    open: (engine, from) => opened.get(`${engine.docker} ${from}`) ?? attempt(engine, from),
    mend: (engine, from) => attempt(engine, from),
    close() {
      over = true;
      for (const server of listeners.values()) server.close();
    },
  };
};

/** A bridge has the first address of its network. */
const bridgePlace = (subnet: string): Place => ({
  url: `http://${DOOR_ADDRESS}`,
  listensAt: subnet.replace(/(\d+)\/\d+$/, (_, last) => String(Number(last) + 1)),
});

/** SDKs take credentials from loopback too, and that is a whole network: each installation has an address of its own there. */
const ownPlace = (installation: string): Place => {
  const [a = 0, b = 0, c = 0] = createHash("sha256").update(installation).digest();
  const listensAt = `127.${64 + (a % 128)}.${b}.${1 + (c % 254)}`;
  return { url: `http://${listensAt}:${PORT}`, listensAt };
};
