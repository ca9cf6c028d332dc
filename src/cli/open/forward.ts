import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { CliError } from "../failure.ts";
import type { Target } from "./targets.ts";

const LOOPBACK = "127.0.0.1";
const CONNECT_WITHIN_MS = 3_000;

/** That the target is what listens on this machine's loopback at the port. */
export const isHere = (target: Target, port: number): boolean => target.host === LOOPBACK && target.port === port;

/** A local port that stands for targets. */
export interface Forwarder {
  readonly port: number;
  /** Rejects with what `targets` threw last; resolves when the signal has aborted. */
  readonly ended: Promise<void>;
}

export interface ForwardOptions {
  /** Tried in this order: 0 is any free one. */
  readonly ports: readonly number[];
  /** Where a new connection may go, the best first. Throws CliError when there will never be any again. */
  targets(): Promise<readonly Target[]>;
  /** For people: why a connection was not taken. */
  note(text: string): void;
  readonly signal: AbortSignal;
}

/**
 * Listens on loopback and carries each connection to the first target that takes it. The targets are asked for at each connection, so
 * what is replaced is followed.
 */
export const forward = async ({ ports, targets, note, signal }: ForwardOptions): Promise<Forwarder> => {
  const open = new Set<Socket>();
  let turn = 0;
  let fail = (_error: unknown): void => {};
  const failed = new Promise<never>((_, reject) => {
    fail = reject;
  });
  failed.catch(() => {});
  const carry = async (client: Socket): Promise<void> => {
    const found = await targets();
    turn += 1;
    for (const index of found.keys()) {
      const target = found[(turn + index) % found.length]!;
      const server = await connected(target);
      if (!server) continue;
      open.add(server);
      server.once("close", () => open.delete(server));
      join(client, server);
      return;
    }
    note(found.length === 0 ? "no task takes connections just now" : "no task answers at its port just now");
    client.destroy();
  };
  const server = createServer({ allowHalfOpen: true }, (client) => {
    open.add(client);
    client.once("close", () => open.delete(client)).on("error", () => {});
    carry(client).catch((error: unknown) => {
      client.destroy();
      if (error instanceof CliError) fail(error);
      else note(`Berth does not tell where to go: ${error instanceof Error ? error.message : error}`);
    });
  });
  await listen(server, ports);
  const aborted = signal.aborted ? Promise.resolve() : once(signal, "abort");
  const ended = Promise.race([aborted, failed]).then(
    () => {},
    (error: unknown) => {
      throw error;
    },
  );
  const close = (): void => {
    server.close();
    for (const socket of open) socket.destroy();
  };
  ended.then(close, close);
  return { port: (server.address() as AddressInfo).port, ended };
};

/** Whoever ends first ends its side only; a side that breaks breaks the other. */
const join = (client: Socket, server: Socket): void => {
  for (const [from, to] of [
    [client, server],
    [server, client],
  ] as const) {
    from.on("error", () => {});
    from.once("close", (isBroken) => isBroken && to.destroy());
    from.pipe(to);
  }
};

const listen = async (server: ReturnType<typeof createServer>, ports: readonly number[]): Promise<void> => {
  for (const port of ports) {
    server.listen(port, LOOPBACK);
    const [error] = await Promise.race([once(server, "listening"), once(server, "error")]).catch((thrown) => [thrown]);
    if (!error) return;
    if (port === ports.at(-1))
      throw new CliError(`port ${port} of ${LOOPBACK} cannot be had: ${(error as Error).message}`, {
        hint: "choose another with --port",
      });
  }
};

/** `undefined` where it does not take the connection. */
const connected = async ({ host, port }: Target): Promise<Socket | undefined> => {
  const socket = connect({ host, port, allowHalfOpen: true });
  try {
    await once(socket, "connect", { signal: AbortSignal.timeout(CONNECT_WITHIN_MS) });
    return socket;
  } catch {
    socket.destroy();
    return undefined;
  }
};
