import { readdir, readFile, readlink, realpath } from "node:fs/promises";

/** The network namespace of an engine on this machine. */
export interface EngineNamespace {
  /** As the kernel names it: `net:[4026531833]`. */
  readonly id: string;
  /** Its file, to enter it by; absent where it is this process's own. */
  readonly file?: string;
}

const UNIX = "unix://";

/**
 * Where an engine listens on its Unix socket is where its networks are: each network namespace lists the sockets in it. `undefined` where
 * no namespace of this machine has it: an engine of another machine, or one behind a forwarded socket.
 */
export const namespaceOfEngine = async (docker: string): Promise<EngineNamespace | undefined> => {
  if (!docker.startsWith(UNIX)) return undefined;
  const socket = await realpath(docker.slice(UNIX.length)).catch(() => undefined);
  if (socket === undefined) return undefined;
  const own = await readlink("/proc/self/ns/net").catch(() => undefined);
  if (own === undefined) return undefined;
  if (await listensIn("self", socket)) return { id: own };
  const seen = new Set([own]);
  for (const pid of (await readdir("/proc")).filter((name) => /^\d+$/.test(name))) {
    const id = await readlink(`/proc/${pid}/ns/net`).catch(() => undefined);
    if (id === undefined || seen.has(id)) continue;
    seen.add(id);
    if (await listensIn(pid, socket)) return { id, file: `/proc/${pid}/ns/net` };
  }
  return undefined;
};

/** `__SO_ACCEPTCON` in the fourth column of /proc/net/unix. */
const LISTENS = "00010000";

const listensIn = async (process: string, socket: string): Promise<boolean> => {
  const text = await readFile(`/proc/${process}/net/unix`, "utf8").catch(() => "");
  for (const line of text.split("\n")) {
    const [, , , flags, , , , path] = line.split(/\s+/);
    if (flags === LISTENS && path?.startsWith("/") && (await realpath(path).catch(() => path)) === socket) return true;
  }
  return false;
};
