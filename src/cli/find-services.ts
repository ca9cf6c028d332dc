import type { Service } from "@aws-sdk/client-ecs";
import type { Ecs } from "./ecs.ts";
import { CliError } from "./failure.ts";
import { clusterNames } from "./find-tasks.ts";
import { allPages } from "./pages.ts";
import { lastOf, listed } from "./views/words.ts";

/** So many services ECS describes at once. */
const DESCRIBED_AT_ONCE = 10;

/** Services of a cluster that are not INACTIVE. */
export const clusterServices = async (ecs: Ecs, cluster: string): Promise<Service[]> => {
  const arns = await allPages(
    (nextToken) => ecs.listServices({ cluster, maxResults: 100, nextToken }),
    (page) => page.serviceArns,
  );
  const batches = Array.from({ length: Math.ceil(arns.length / DESCRIBED_AT_ONCE) }, (_, n) =>
    arns.slice(n * DESCRIBED_AT_ONCE, (n + 1) * DESCRIBED_AT_ONCE),
  );
  const pages = await Promise.all(batches.map((services) => ecs.describeServices({ cluster, services })));
  return pages.flatMap((page) => page.services ?? []);
};

/** Services that a name or ARN means, of one cluster or all; INACTIVE ones are left out. */
export const servicesMeant = async (ecs: Ecs, text: string, cluster?: string): Promise<Service[]> => {
  const [, ofArn, name = text] = /:service\/(?:([^/]+)\/)?([^/]+)$/.exec(text) ?? [];
  if (!/^[A-Za-z0-9_-]{1,255}$/.test(name)) return [];
  const named = cluster ?? ofArn;
  const clusters = named === undefined ? await clusterNames(ecs) : [named];
  const pages = await Promise.all(clusters.map((one) => ecs.describeServices({ cluster: one, services: [name] })));
  return pages.flatMap((page) => page.services ?? []).filter(({ status }) => status !== "INACTIVE");
};

/** The one service that a name or ARN means. Throws CliError where none does, or more than one. */
export const findService = async (ecs: Ecs, text: string, cluster?: string): Promise<Service> => {
  const meant = await servicesMeant(ecs, text, cluster);
  if (meant.length === 0)
    throw new CliError(`there is no service ${text}`, { hint: "see the services with: berth services" });
  return theOne(meant);
};

/** The only one of these. Throws CliError where there are more. */
export const theOne = (meant: readonly Service[]): Service => {
  const [first, ...others] = meant;
  if (first && others.length === 0) return first;
  const clusters = meant.map(({ clusterArn }) => lastOf(clusterArn));
  throw new CliError(`clusters ${listed(clusters)} each have a service ${first?.serviceName}`, {
    hint: "name the cluster, or give the service's ARN",
    exitCode: 2,
  });
};
