import { readFileSync } from "node:fs";
import { Agent as HttpAgent } from "node:http";
import { Agent as HttpsAgent } from "node:https";
import { inspect } from "node:util";
import Docker from "dockerode";
import type { EngineAddress } from "../../fleet/model/host.ts";
import { type SshOptions, sshDialling } from "./ssh.ts";
import { sshAgent } from "./ssh-agent.ts";

/** What connecting to any engine takes from outside. */
export interface DockerOptions {
  /** For `ssh://` addresses; without it such an engine is unreachable. */
  readonly ssh?: SshOptions;
  /** How long a short question may go unanswered before the engine counts as unreachable; 10,000 unless told. */
  readonly answerWithinMs?: number;
}

/** docker-modem's dialler for one engine, and how to drop what it keeps open. */
export interface Connection {
  readonly address: string;
  readonly modem: Docker["modem"];
  close(): void;
}

// Probes of an idle TCP connection find a machine that vanished without a word; a Unix socket needs none.
const KEEP = { keepAlive: true, keepAliveMsecs: 5_000 };

// docker-modem fills what is left out from DOCKER_HOST and its kin. Berth's addresses come from its config alone, so everything is said.
const NOTHING_FROM_THE_ENVIRONMENT = {
  socketPath: undefined,
  host: undefined,
  port: undefined,
  username: undefined,
  ca: undefined,
  cert: undefined,
  key: undefined,
  timeout: undefined,
  sshOptions: undefined,
  pathPrefix: "/",
};

/**
 * docker-modem 5 prints the options of every request for its debug log, whether or not anybody reads it, with all that hangs on them: an
 * agent leads to its sockets, and printing those took three quarters of Berth's CPU.
 */
const briefly = <Agent extends HttpAgent>(agent: Agent): Agent =>
  Object.assign(agent, { [inspect.custom]: () => "the engine's agent" });

const unixConnection = (url: URL) => {
  const agent = briefly(new HttpAgent(KEEP));
  return { agent, options: { socketPath: decodeURIComponent(url.pathname), protocol: "http", agent } };
};

const tcpConnection = (url: URL, tls: EngineAddress["tls"]) => {
  const place = { host: url.hostname, port: url.port || (tls ? "2376" : "2375") };
  if (!tls) {
    const agent = briefly(new HttpAgent(KEEP));
    return { agent, options: { ...place, protocol: "http", agent } };
  }
  const agent = briefly(new HttpsAgent(KEEP));
  const files = { ca: readFileSync(tls.ca), cert: readFileSync(tls.cert), key: readFileSync(tls.key) };
  return { agent, options: { ...place, ...files, protocol: "https", agent } };
};

const sshConnection = (url: URL, ssh: SshOptions | undefined) => {
  const agent = sshAgent(sshDialling(url, ssh));
  // The machine's name is for HTTP's Host alone: the agent knows whom it dials.
  return { agent, options: { host: url.hostname, port: "80", protocol: "http", agent } };
};

/** Opens nothing yet. Throws an Error for an address that cannot be meant, or TLS files that cannot be read; over ssh see sshDialling. */
export const connectionTo = (address: EngineAddress, { ssh }: DockerOptions): Connection => {
  const url = new URL(address.docker);
  const kinds: Record<string, () => { agent: HttpAgent; options: object }> = {
    "unix:": () => unixConnection(url),
    "tcp:": () => tcpConnection(url, address.tls),
    "ssh:": () => sshConnection(url, ssh),
  };
  const kind = kinds[url.protocol];
  if (!kind) throw new Error(`${address.docker} is none of unix://…, tcp://…, ssh://…`);
  const { agent, options } = kind();
  const { modem } = new Docker({ ...NOTHING_FROM_THE_ENVIRONMENT, ...options } as Docker.DockerOptions);
  return { address: address.docker, modem, close: () => agent.destroy() };
};
