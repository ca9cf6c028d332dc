import type { Stored } from "../../../kernel/records.ts";
import type { Scope } from "../../../kernel/scope.ts";
import { ServiceNotFoundException } from "../../model/errors.ts";
import type { ClusterRecord } from "../../model/records.ts";
import { serviceNameOf } from "../../model/service/names.ts";
import type { ServiceRecord } from "../../model/service/records.ts";
import { serviceId } from "../../model/store-keys.ts";
import type { EcsStores } from "../../ports.ts";

/** The cluster's services of those names or ARNs, in that order, whatever their status. Throws InvalidParameterException. */
export const lookUpServices = async (
  { services }: Pick<EcsStores, "services">,
  cluster: ClusterRecord,
  texts: readonly string[],
  scope: Scope,
): Promise<(Stored<ServiceRecord> | undefined)[]> => {
  const names = texts.map((text) => serviceNameOf(text, scope, cluster.name));
  const known = names.flatMap((name) => (name === undefined ? [] : [serviceId(cluster, cluster.name, name)]));
  const byId = new Map((await services.get(known)).flatMap((one) => (one ? [[one.id, one] as const] : [])));
  return names.map((name) => (name === undefined ? undefined : byId.get(serviceId(cluster, cluster.name, name))));
};

/** The cluster's service of that name or ARN, unless it is INACTIVE. Throws ServiceNotFoundException and InvalidParameterException. */
export const findService = async (
  stores: Pick<EcsStores, "services">,
  cluster: ClusterRecord,
  text: string,
  scope: Scope,
): Promise<Stored<ServiceRecord>> => {
  const [found] = await lookUpServices(stores, cluster, [text], scope);
  if (!found || found.value.status === "INACTIVE") throw new ServiceNotFoundException();
  return found;
};
