import { execFile } from "node:child_process";
import { promisify } from "node:util";
import type { EngineNamespace } from "./engine-namespace.ts";

const run = promisify(execFile);
const WITHIN_MS = 10_000;

/** Packets of one network to an address, and where they go instead. */
export interface Redirection {
  /** By which the rule is known as an installation's own: scripts/services/own-traces.mjs removes it. */
  readonly comment: string;
  readonly subnet: string;
  readonly from: string;
  /** `10.42.7.1:51680` */
  readonly to: string;
}

const ruleOf = ({ comment, subnet, from, to }: Redirection): string[] => [
  ...["PREROUTING", "--source", subnet, "--destination", `${from}/32`, "--protocol", "tcp", "--dport", "80"],
  ...["--match", "comment", "--comment", comment, "--jump", "DNAT", "--to-destination", to],
];

/** Has a namespace redirect packets, unless it does. Throws where this process may not, or where there is no iptables. */
export const redirectIn = async ({ file }: EngineNamespace, redirection: Redirection): Promise<void> => {
  const rule = ruleOf(redirection);
  const iptables = async (verb: string): Promise<void> => {
    // Docker works on the same tables: whoever comes second waits.
    const words = ["iptables", "--wait", "5", "--table", "nat", verb, ...rule];
    const [program = "", ...rest] = file === undefined ? words : ["nsenter", `--net=${file}`, ...words];
    await run(program, rest, { timeout: WITHIN_MS });
  };
  await iptables("--check").catch(() => iptables("--append"));
};
