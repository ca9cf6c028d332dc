import { clusterId, type Fleet, type HostView } from "../../fleet/index.ts";
import type { Scope } from "../../kernel/scope.ts";
import { InvalidParameterException } from "../model/errors.ts";
import { containerInstanceArn, containerInstanceIdOf } from "../model/identifiers.ts";
import type { ClusterRecord } from "../model/records.ts";

/** A reference with the host it names, or none. */
export interface FoundHost {
  /** The ARN that a failure names. */
  readonly arn: string;
  readonly host: HostView | undefined;
}

/** The hosts that container instance ids or ARNs name, in the order asked. Throws InvalidParameterException. */
export const findHosts = async (
  fleet: Fleet,
  cluster: ClusterRecord,
  scope: Scope,
  texts: readonly string[],
): Promise<FoundHost[]> => {
  const ids = texts.map((text) => containerInstanceIdOf(text, scope, cluster.name));
  const byInstance = new Map(
    (await fleet.hosts(clusterId(cluster, cluster.name))).map((host) => [host.instanceId, host]),
  );
  return texts.map((text, index) => ({
    arn: text.startsWith("arn:") ? text : containerInstanceArn(scope, cluster.name, text),
    host: byInstance.get(ids[index] ?? ""),
  }));
};

/** The host that one container instance id or ARN names. Throws InvalidParameterException where there is none. */
export const hostByInstance = async (
  fleet: Fleet,
  cluster: ClusterRecord,
  scope: Scope,
  text: string,
): Promise<HostView> => {
  const [found] = await findHosts(fleet, cluster, scope, [text]);
  if (!found?.host) throw new InvalidParameterException("The referenced container instance was not found.");
  return found.host;
};

/** What is said of container instances that are not there. */
export const missing = (found: readonly FoundHost[]) =>
  found.filter(({ host }) => !host).map(({ arn }) => ({ arn, reason: "MISSING" }));
