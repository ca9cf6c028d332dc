import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { access, mkdir, readFile, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { userInfo } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Test } from "tap";
import type { RealEngine } from "./engines.ts";
import { until } from "./until.ts";

const run = promisify(execFile);
const SSHD = "/usr/sbin/sshd";
const PORT = 2222;

/** A way to an engine over ssh, with keys made for it alone. */
export interface SshWay {
  /** As `berth.yaml` names the engine. */
  readonly docker: string;
  /** Socket of an agent that holds the user's key. */
  readonly agent: string;
  /** The server's line for `known_hosts`. */
  readonly knownHost: string;
}

/** Starts an ssh server on an engine's machine and an agent here; both end with the test. */
export const anSshServer = async (t: Test, { name, ip, address }: RealEngine, folder: string): Promise<SshWay> => {
  await access(SSHD).catch(() => {
    throw new Error(`there is no ${SSHD}: apt-get install openssh-server`);
  });
  const file = (path: string) => join(folder, path);
  for (const key of ["host", "user"]) await run("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", file(key)]);
  // Where the server's unprivileged half lives; Debian makes it when the service starts.
  await mkdir("/run/sshd", { recursive: true });
  const settings = {
    ListenAddress: `${ip}:${PORT}`,
    HostKey: file("host"),
    AuthorizedKeysFile: file("user.pub"),
    StrictModes: "no",
    UsePAM: "no",
    PidFile: "none",
    PermitRootLogin: "prohibit-password",
    // A home of its own: what this user's shell does when it starts is none of the test's.
    SetEnv: `HOME=${folder} DOCKER_HOST=${address.docker}`,
  };
  const lines = Object.entries(settings).map(([setting, value]) => `${setting} ${value}\n`);
  await writeFile(file("sshd_config"), lines.join(""));
  start(t, "nsenter", [`--net=/run/netns/${name}`, SSHD, "-D", "-E", file("sshd.log"), "-f", file("sshd_config")]);
  start(t, "ssh-agent", ["-D", "-a", file("agent.sock")]);
  const add = () =>
    run("ssh-add", ["-q", file("user")], { env: { ...process.env, SSH_AUTH_SOCK: file("agent.sock") } });
  await until("the ssh agent to take the key", add, () => true);
  await until(
    "the ssh server to answer",
    () => canConnect(ip),
    (can) => can,
  );
  const [type, key] = (await readFile(file("host.pub"), "utf8")).split(" ");
  return {
    docker: `ssh://${userInfo().username}@${ip}:${PORT}`,
    agent: file("agent.sock"),
    knownHost: `[${ip}]:${PORT} ${type} ${key}\n`,
  };
};

const start = (t: Test, program: string, words: readonly string[]): void => {
  const child = spawn(program, words, { stdio: "ignore" });
  const ended = once(child, "exit");
  t.teardown(async () => {
    child.kill();
    await ended;
  });
};

const canConnect = (host: string): Promise<boolean> =>
  new Promise((resolve, reject) => {
    const socket = connect(PORT, host, () => {
      socket.destroy();
      resolve(true);
    }).once("error", reject);
  });
