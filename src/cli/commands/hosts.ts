import { Command } from "commander";
import type { FargateAnswer, HostAnswer } from "../answers.ts";
import type { Api } from "../api.ts";
import { many, nameAndValue, wholeNumber } from "../arguments.ts";
import { type Out, printJson } from "../out.ts";
import type { Session } from "../session.ts";
import { fargateTable, hostsTable } from "../views/hosts.ts";
import { counted } from "../views/words.ts";

interface HostsDeps {
  readonly api: Api;
  readonly out: Out;
}

interface AddOptions {
  readonly cluster?: string;
  readonly cpu: number;
  readonly memory: number;
  readonly besides?: string;
  readonly attribute?: readonly (readonly [name: string, value: string])[];
  readonly json?: boolean;
}

export const listHosts = async ({ api, out }: HostsDeps, { json }: { json?: boolean }): Promise<void> => {
  const hosts = await api.get<HostAnswer[]>("/hosts");
  if (json) return printJson(out, hosts);
  out.line(hosts.length > 0 ? hostsTable(hosts) : "No hosts. Declare them in berth.yaml, or: berth hosts add NAME");
  const fargate = await api.get<FargateAnswer[]>("/fargate/capacity");
  if (fargate.length > 0) out.line(`\n${fargateTable(fargate)}`);
};

export const addHost = async ({ api, out }: HostsDeps, id: string | undefined, options: AddOptions): Promise<void> => {
  const { cluster, cpu, memory, besides, attribute, json } = options;
  const body = { id, cluster, cpu, memory, besides, ...(attribute && { attributes: Object.fromEntries(attribute) }) };
  const host = await api.send<HostAnswer>("POST", "/hosts", body);
  if (json) return printJson(out, host);
  const { cpuUnits, memoryMiB } = host.declared;
  out.line(`${host.id} joined with ${cpuUnits} CPU units and ${memoryMiB} MiB, beside others on ${host.engine.docker}`);
};

export const removeHost = async (
  { api, out }: HostsDeps,
  id: string,
  { force, json }: { force?: boolean; json?: boolean },
): Promise<void> => {
  await api.send("DELETE", `/hosts/${encodeURIComponent(id)}${force ? "?force=true" : ""}`);
  if (json) printJson(out, { id, removed: true });
  else out.line(`${id} is removed`);
};

const setState =
  (verb: "drain" | "activate", said: (host: HostAnswer) => string) =>
  async ({ api, out }: HostsDeps, id: string, { json }: { json?: boolean }): Promise<void> => {
    const host = await api.send<HostAnswer>("POST", `/hosts/${encodeURIComponent(id)}/${verb}`);
    if (json) printJson(out, host);
    else out.line(said(host));
  };

export const drainHost = setState("drain", ({ id, ledger }) => {
  const left = ledger.runningTasks + ledger.pendingTasks;
  return `${id} takes no new tasks${left > 0 ? `; ${counted(left, "task")} on it ${left === 1 ? "goes" : "go"} on` : ""}`;
});
export const activateHost = setState("activate", ({ id }) => `${id} takes tasks again`);

const JSON_OPTION = ["--json", "print the answer as JSON"] as const;

export const hostsCommand = (session: Session): Command => {
  const deps = (): HostsDeps => ({ api: session.api(), out: session.out });
  const hosts = new Command("hosts").description("show and change the pool of hosts");
  hosts
    .command("list", { isDefault: true })
    .description("list hosts with what they have free, and what Fargate has (what berth hosts alone does)")
    .option(...JSON_OPTION)
    .action((options) => listHosts(deps(), options));
  hosts
    .command("add")
    .description("make a host: a slice of an engine that Berth uses already")
    .argument("[name]", "its name, chosen where absent")
    .option("--cpu <units>", "CPU units; 1024 are one core", wholeNumber(128, 196_608), 1024)
    .option("--memory <MiB>", "memory", wholeNumber(32, 25_165_824), 2048)
    .option("--cluster <name>", "its cluster (default: default)")
    .option("--besides <host>", "the host whose engine it shares (default: the first)")
    .option("--attribute <name=value>", "an attribute of its own; may be repeated", many(nameAndValue))
    .option(...JSON_OPTION)
    .addHelpText("after", "\nExample:\n  berth hosts add local-4 --cpu 512 --memory 1024 --attribute stack=blue")
    .action((id: string | undefined, options: AddOptions) => addHost(deps(), id, options));
  hosts
    .command("remove")
    .description("take a host out of the pool")
    .argument("<name>", "the host")
    .option("--force", "stop its tasks")
    .option(...JSON_OPTION)
    .action((id: string, options) => removeHost(deps(), id, options));
  hosts
    .command("drain")
    .description("let a host take no new tasks; those it has go on")
    .argument("<name>", "the host")
    .option(...JSON_OPTION)
    .action((id: string, options) => drainHost(deps(), id, options));
  hosts
    .command("activate")
    .description("let a drained host take tasks again")
    .argument("<name>", "the host")
    .option(...JSON_OPTION)
    .action((id: string, options) => activateHost(deps(), id, options));
  return hosts.addHelpText(
    "after",
    "\nExamples:\n  berth hosts\n  berth hosts drain local-2\n  berth hosts remove --force local-2",
  );
};
