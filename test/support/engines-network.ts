import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { promisify } from "node:util";
import { iptablesProgram, ROOTS_PATH } from "./engines-iptables.ts";

const run = promisify(execFile);

/** A network namespace with one cable to this machine: what a machine of its own is to an engine. */
export interface EngineNetwork {
  /** Also the name of its cgroup; holds the pid of the test's process, so that a later run knows whose it was. */
  readonly name: string;
  /** Where this machine reaches it. */
  readonly address: string;
  /** Where it reaches this machine. */
  readonly here: string;
}

/** Addresses set aside for tests of network devices (RFC 2544): nothing else on a machine uses them. */
const pairsOf198_18 = Array.from({ length: 16_384 }, (_, pair) => {
  const at = (last: number) => `198.18.${pair >> 6}.${((pair & 63) << 2) + last}`;
  return { here: at(1), there: at(2) };
});

const NAME = /^bt(\d+)-\d+$/;

const ip = async (...words: string[]): Promise<string> => (await run("ip", words)).stdout;

/** Throws where this process may not, with the reason: without root there are no namespaces and no engines. */
export const makeNetwork = async (number: number): Promise<EngineNetwork> => {
  if (process.getuid?.() !== 0)
    throw new Error("real engines in network namespaces need root on Linux; this test runs as another user");
  const name = `bt${process.pid}-${number}`;
  const inUse = await ip("-o", "-4", "addr");
  const pair = pairsOf198_18.find(({ here }) => !inUse.includes(` ${here}/`));
  if (!pair) throw new Error("every pair of addresses in 198.18.0.0/16 is in use");
  await ip("netns", "add", name);
  await ip("link", "add", `${name}h`, "type", "veth", "peer", "name", `${name}n`);
  await ip("link", "set", `${name}n`, "netns", name);
  await ip("addr", "add", `${pair.here}/30`, "dev", `${name}h`);
  await ip("link", "set", `${name}h`, "up");
  await ip("-n", name, "addr", "add", `${pair.there}/30`, "dev", `${name}n`);
  await ip("-n", name, "link", "set", `${name}n`, "up");
  await ip("-n", name, "link", "set", "lo", "up");
  return { name, address: pair.there, here: pair.here };
};

const PEER = "peer";

/**
 * A cable between two of them, over which each reaches the other's subnet, and what comes that way may pass: what routes and firewalls do between
 * machines. It goes with either.
 */
export const connectNetworks = async (
  a: { readonly name: string; readonly subnet: string },
  b: { readonly name: string; readonly subnet: string },
): Promise<void> => {
  await ip("link", "add", PEER, "netns", a.name, "type", "veth", "peer", "name", PEER, "netns", b.name);
  const ends = [
    { ...a, address: "198.19.0.1", other: b.subnet, via: "198.19.0.2" },
    { ...b, address: "198.19.0.2", other: a.subnet, via: "198.19.0.1" },
  ];
  for (const { name, address, other, via } of ends) {
    await ip("-n", name, "addr", "add", `${address}/30`, "dev", PEER);
    await ip("-n", name, "link", "set", PEER, "up");
    await ip("-n", name, "route", "add", other, "via", via);
    await letPass(name);
  }
};

const letPass = async (name: string): Promise<void> => {
  const words = [await iptablesProgram(), "-w", "-A", "FORWARD", "-i", PEER, "-j", "ACCEPT"];
  await run("nsenter", [`--net=/run/netns/${name}`, ...words], { env: { ...process.env, PATH: ROOTS_PATH } });
};

/** The cable goes with the namespace, once no process is left in it. Gone already is success. */
export const removeNetwork = async (name: string): Promise<void> => {
  if (!(await networkNames()).includes(name)) return;
  await ip("link", "del", `${name}h`).catch(() => {});
  await ip("netns", "del", name);
};

const networkNames = async (): Promise<string[]> =>
  (await ip("netns", "list")).split("\n").flatMap((line) => line.split(" ")[0] || []);

/** Processes that live in the namespace. */
export const processesIn = async (name: string): Promise<number[]> =>
  (await networkNames()).includes(name)
    ? (await ip("netns", "pids", name)).split("\n").filter(Boolean).map(Number)
    : [];

/** Namespaces of test processes that ended without removing them. */
export const abandonedNetworks = async (): Promise<string[]> => {
  const abandoned = await Promise.all(
    (await networkNames()).map(async (name) => {
      const pid = NAME.exec(name)?.[1];
      if (pid === undefined) return [];
      // A pid may have gone to another program meanwhile; tests are run by Node.
      const program = await readFile(`/proc/${pid}/comm`, "utf8").catch(() => "");
      return program.startsWith("node") || program.startsWith("MainThread") ? [] : [name];
    }),
  );
  return abandoned.flat();
};
