import { Agent } from "node:http";
import type { Duplex } from "node:stream";
import { Client, type ClientChannel, type ConnectConfig } from "ssh2";

/** An ssh server gives a connection ten sessions unless told otherwise (`MaxSessions`). */
const CHANNELS_PER_CONNECTION = 8;
/** Probes find a machine that vanished without a word. */
const KEEP_ALIVE = { keepaliveInterval: 5_000, keepaliveCountMax: 2 };
const DIAL = "docker system dial-stdio";

interface Line {
  readonly client: Promise<Client>;
  channels: number;
}

/**
 * An HTTP agent whose sockets are sessions of `docker system dial-stdio` on the engine's machine. They share ssh connections and are used again:
 * a handshake and a start of the docker command for each question would take a second.
 */
export const sshAgent = (config: ConnectConfig): Agent => {
  const lines = new Set<Line>();
  const newLine = (): Line => {
    const line: Line = { client: connect(config, () => lines.delete(line)), channels: 0 };
    lines.add(line);
    return line;
  };
  const open = async (): Promise<ClientChannel> => {
    const line = [...lines].find(({ channels }) => channels < CHANNELS_PER_CONNECTION) ?? newLine();
    line.channels += 1;
    const free = (): void => {
      line.channels -= 1;
    };
    try {
      const channel = await dial(await line.client);
      return channel.once("close", free);
    } catch (error) {
      free();
      throw error;
    }
  };
  const agent = new Agent({ keepAlive: true, maxFreeSockets: 4 });
  const destroy = agent.destroy.bind(agent);
  return Object.assign(agent, {
    createConnection(_: unknown, done: (error: Error | null, channel?: Duplex) => void) {
      open().then(
        (channel) => done(null, channel),
        (error: Error) => done(error),
      );
    },
    // A channel has none of a TCP socket's knobs that Node would turn here.
    keepSocketAlive: () => true,
    reuseSocket: () => {},
    destroy() {
      destroy();
      for (const { client } of lines)
        client.then(
          (connected) => connected.end(),
          () => {},
        );
    },
  });
};

const connect = (config: ConnectConfig, closed: () => void): Promise<Client> =>
  new Promise((resolve, reject) => {
    const client = new Client();
    client
      .once("ready", () => resolve(client))
      .on("error", reject)
      .once("close", () => {
        closed();
        reject(new Error("the ssh connection was closed"));
      })
      .connect({ ...KEEP_ALIVE, ...config });
  });

const dial = (client: Client): Promise<ClientChannel> =>
  new Promise((resolve, reject) => {
    client.exec(DIAL, (error, channel) => {
      if (error) return reject(error);
      let said = "";
      channel.stderr.on("data", (text: Buffer) => {
        said += text;
      });
      channel.once("exit", (code: number | null) => {
        // Whoever waits for an answer is told why none will come; between two questions nobody listens.
        if (code && channel.listenerCount("error") > 0)
          channel.emit("error", new Error(`${DIAL} ended with ${code}: ${said.trim()}`));
      });
      resolve(channel);
    });
  });
