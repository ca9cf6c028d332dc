import { execFile } from "node:child_process";
import { promisify } from "node:util";

const run = promisify(execFile);

/** For programs that only root has in its PATH. */
export const ROOTS_PATH = `${process.env.PATH}:/usr/sbin:/sbin`;

const works = (program: string): Promise<boolean> =>
  run(program, ["-t", "nat", "-L", "-n"], { env: { ...process.env, PATH: ROOTS_PATH } }).then(
    () => true,
    () => false,
  );

/** The kind that this kernel knows: the system's default, or the older one where only that works. */
export const iptablesProgram = async (): Promise<"iptables" | "iptables-legacy"> =>
  !(await works("iptables")) && (await works("iptables-legacy")) ? "iptables-legacy" : "iptables";
