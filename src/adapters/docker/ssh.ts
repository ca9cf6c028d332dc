import { readFileSync } from "node:fs";
import type { ConnectConfig, ServerHostKeyAlgorithm } from "ssh2";
import { EngineUnreachableError } from "../../fleet/ports.ts";
import { knownKeys, signaturesOf } from "./known-hosts.ts";

/** What speaking to an engine over ssh takes from outside. */
export interface SshOptions {
  /** Socket of the ssh agent that holds the keys, usually `$SSH_AUTH_SOCK`. */
  readonly agent: string;
  /** File of the keys by which engines' machines are known, usually `~/.ssh/known_hosts`. */
  readonly knownHosts: string;
}

const textOf = (file: string): string => {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return "";
    throw error;
  }
};

/**
 * How to dial `ssh://USER@HOST:PORT`. Only a machine whose key is known is spoken to: ssh2 by itself would trust whoever answers.
 * Throws EngineUnreachableError while there is no agent or the machine's key is unknown.
 */
export const sshDialling = (url: URL, ssh: SshOptions | undefined): ConnectConfig => {
  if (!ssh)
    throw new EngineUnreachableError(`${url} needs an ssh agent with a key for it, and SSH_AUTH_SOCK names none`);
  const port = Number(url.port || 22);
  const known = knownKeys(textOf(ssh.knownHosts), url.hostname, port);
  if (known.length === 0) {
    const once = `ssh ${url.port ? `-p ${port} ` : ""}${url.username ? `${url.username}@` : ""}${url.hostname}`;
    throw new EngineUnreachableError(`${url} is not in ${ssh.knownHosts}: connect to it once with ${once}`);
  }
  return {
    host: url.hostname,
    port,
    username: decodeURIComponent(url.username),
    agent: ssh.agent,
    algorithms: { serverHostKey: known.flatMap(({ type }) => signaturesOf(type)) as ServerHostKeyAlgorithm[] },
    hostVerifier: (key: Buffer) => known.some((one) => one.key.equals(key)),
  };
};
