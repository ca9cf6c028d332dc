import { ipv4, networkFault } from "./cidr.ts";
import type { MemberPath } from "./positions.ts";
import type { BerthFile, HostInFile } from "./schema.ts";
import { subnetFindings } from "./subnet-checks.ts";
import type { Finding } from "./wording.ts";

const about = (path: MemberPath, what: string): Finding => ({ path, about: "value", what });

const twins = (hosts: readonly HostInFile[]): Finding[] =>
  hosts.flatMap((host, index) => {
    const before = hosts.slice(0, index);
    const sameId = before.findIndex(({ id }) => id === host.id);
    const sameAddress = before.findIndex(
      ({ publish, docker }) => publish !== undefined && publish === host.publish && docker === host.docker,
    );
    const twin = (member: "id" | "publish", first: number, what: string) =>
      first < 0
        ? []
        : [about(["hosts", index, member], `${host[member]} is already the ${what.replace("%", `hosts[${first}]`)}`)];
    return [
      ...twin("id", sameId, "id of %; every host needs its own"),
      ...twin("publish", sameAddress, "publish address of %; slices of one engine need different ones"),
    ];
  });

const ofHost = (host: HostInFile, index: number): Finding[] => {
  const at = (member: string) => ["hosts", index, member];
  const findings: Finding[] = [];
  if (/^fargate(-\d+)?$/.test(host.id))
    findings.push(about(at("id"), `${host.id} is Berth's own name, of Fargate's capacity`));
  if (host.tls && !host.docker?.startsWith("tcp://")) {
    findings.push(about(at("tls"), "goes with docker: tcp://HOST:PORT only"));
  }
  if (host.docker && !host.docker.startsWith("unix://") && !URL.canParse(host.docker)) {
    findings.push(about(at("docker"), `${host.docker} is not an address`));
  }
  if (host.docker?.startsWith("tcp://") && URL.canParse(host.docker) && new URL(host.docker).port === "") {
    findings.push(about(at("docker"), `${host.docker} names no port; Docker uses 2376 with TLS, 2375 without`));
  }
  if (host.publish !== undefined && ipv4(host.publish) === undefined) {
    findings.push(about(at("publish"), `${host.publish} is not an IPv4 address`));
  }
  for (const name of Object.keys(host.attributes ?? {})) {
    const path = ["hosts", index, "attributes", name];
    if (name.startsWith("ecs.")) findings.push(about(path, "names that begin with ecs. are Berth's own"));
    else if (!/^[\w./\\-]{1,128}$/.test(name)) findings.push(about(path, `${name} is not an attribute's name`));
  }
  return findings;
};

const ofRegistry = ({ listen }: NonNullable<BerthFile["registry"]>): Finding[] => {
  if (listen === undefined) return [];
  const [address = "", port] = listen.split(":");
  const at = (what: string) => [about(["registry", "listen"], what)];
  if (ipv4(address) === undefined) return at(`${address} is not an IPv4 address`);
  if (address === "0.0.0.0")
    return at("0.0.0.0 is every address: name the one by which other engines reach this machine");
  if (address.startsWith("127.")) return at(`${address} is loopback, where the registry listens anyway, without TLS`);
  if (Number(port) < 1 || Number(port) > 65_535) return at(`${port} is not a port`);
  return [];
};

/** What no schema can say: rules across members, on a file whose members are each right. */
export const crossChecks = ({ hosts = [], network, registry = {} }: BerthFile): Finding[] => {
  const fault = network === undefined ? undefined : networkFault(network);
  return [
    ...(fault ? [about(["network"], fault)] : []),
    ...twins(hosts),
    ...subnetFindings(hosts, network),
    ...hosts.flatMap(ofHost),
    ...ofRegistry(registry),
  ];
};
