import { doOverlap, networkFault, subnetFault } from "./cidr.ts";
import type { HostInFile } from "./schema.ts";
import { DEFAULT_NETWORK } from "./settings.ts";
import type { Finding } from "./wording.ts";

/** Hosts of one engine and one cluster have one network. */
const networkOf = ({ docker = "", cluster = "default" }: HostInFile): string => `${docker} ${cluster}`;

/** What is wrong with the routed subnets of hosts, beside each other and beside the network out of which the others are cut. */
export const subnetFindings = (hosts: readonly HostInFile[], network = DEFAULT_NETWORK): Finding[] =>
  hosts.flatMap((host, index) => {
    const what = fault(host, hosts.slice(0, index), network);
    const path = host.subnet === undefined ? ["hosts", index] : ["hosts", index, "subnet"];
    return what === undefined ? [] : [{ path, about: "value" as const, what }];
  });

const fault = (host: HostInFile, before: readonly HostInFile[], network: string): string | undefined => {
  const { subnet } = host;
  const mate = before.find((other) => networkOf(other) === networkOf(host));
  if (mate && mate.subnet !== subnet)
    return `${mate.id} is of the same engine and cluster, and has ${mate.subnet ?? "no subnet"}: they share one network, so both need the same`;
  if (subnet === undefined) return undefined;
  const malformed = subnetFault(subnet);
  if (malformed !== undefined) return malformed;
  if (networkFault(network) === undefined && doOverlap(subnet, network))
    return `${subnet} overlaps network ${network}, out of which clusters get theirs on other engines`;
  const other = before.find(
    (one) =>
      one.subnet !== undefined &&
      networkOf(one) !== networkOf(host) &&
      subnetFault(one.subnet) === undefined &&
      doOverlap(subnet, one.subnet),
  );
  return (
    other && `${subnet} overlaps ${other.subnet}, the subnet of ${other.id}, which is another engine's or cluster's`
  );
};
