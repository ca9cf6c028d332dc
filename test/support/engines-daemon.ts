import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, open, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { iptablesProgram, ROOTS_PATH } from "./engines-iptables.ts";
import { folderOf } from "./engines-remains.ts";
import type { TlsFiles } from "./engines-tls.ts";

const run = promisify(execFile);

/** Starts `dockerd` in the namespace of that name. With `tls` it listens on TCP as well. */
export const spawnEngine = async (name: string, ip: string, tls: TlsFiles | undefined): Promise<ChildProcess> => {
  const folder = folderOf(name);
  const inside = (path: string) => join(folder, path);
  const log = await open(inside("log"), "a");
  // The pid file of one that was killed names a pid that may be somebody else's by now.
  await rm(inside("pid"), { force: true });
  await writeFile(inside("settings.json"), JSON.stringify(await idOfItsOwn(inside("key.json"))));
  const secured = tls
    ? ["-H", `tcp://${ip}:2376`, "--tlsverify", "--tlscacert", tls.ca, "--tlscert", tls.cert, "--tlskey", tls.key]
    : [];
  // nsenter, not `ip netns exec`, which would hide /sys/fs/cgroup. It becomes dockerd: the child's pid is dockerd's.
  const child = spawn(
    "nsenter",
    [
      ...[`--net=/run/netns/${name}`, "dockerd", "--config-file", inside("settings.json"), "--live-restore"],
      ...["--data-root", inside("data"), "--exec-root", inside("exec"), "--pidfile", inside("pid")],
      ...["-H", `unix://${inside("docker.sock")}`, ...secured, "--cgroup-parent", name],
    ],
    {
      stdio: ["ignore", log.fd, log.fd],
      env: { ...process.env, PATH: `${await iptablesFolder(folder)}${ROOTS_PATH}` },
    },
  );
  await once(child, "spawn");
  await log.close();
  return child;
};

/** Before version 24 all engines of a machine take their id from one file of that machine; newer ones keep it with their data. */
const idOfItsOwn = async (file: string): Promise<object> => {
  const { stdout } = await run("dockerd", ["--version"]);
  return Number(/version (\d+)/.exec(stdout)?.[1]) < 24 ? { "deprecated-key-path": file } : {};
};

/** Where this kernel lacks the kind of iptables that is the system's default, a folder for PATH that holds the other kind. */
const iptablesFolder = async (folder: string): Promise<string> => {
  if ((await iptablesProgram()) === "iptables") return "";
  const bin = join(folder, "bin");
  await mkdir(bin, { recursive: true });
  for (const program of ["iptables", "ip6tables"])
    await symlink(`/usr/sbin/${program}-legacy`, join(bin, program)).catch(() => {});
  return `${bin}:`;
};
