import { NotBuiltError } from "../../../kernel/errors.ts";
import { InvalidParameterException } from "../../model/errors.ts";
import { pageOf } from "../../model/page.ts";
import { currentRevision } from "../../model/service/make-service.ts";
import { serviceArn } from "../../model/service/names.ts";
import type { EcsDeps, EcsOperations } from "../../ports.ts";
import { findCluster } from "../find-cluster.ts";
import { asEcsService } from "./as-ecs-service.ts";
import { clusterServices } from "./cluster-services.ts";
import { lookUpServices } from "./find-service.ts";
import { tasksOfService } from "./tasks-of-service.ts";

const MAX_DESCRIBED = 10;

/** Services as they are: INACTIVE ones are described for a while, and not listed. */
export const describeServiceOperations = (deps: EcsDeps): EcsOperations<"DescribeServices" | "ListServices"> => ({
  async DescribeServices({ cluster: reference, services: texts, include = [] }, caller) {
    if (texts.length === 0) throw new InvalidParameterException("Services cannot be empty.");
    if (texts.length > MAX_DESCRIBED)
      throw new InvalidParameterException(`Services cannot have more than ${MAX_DESCRIBED} elements.`);
    const cluster = await findCluster(deps, reference, caller);
    const found = await lookUpServices(deps, cluster, texts, caller);
    const services = found.flatMap((one) => (one ? [one.value] : []));
    return {
      services: await Promise.all(
        services.map(async (service) => asEcsService(service, await tasksOfService(deps.fleet, service), include)),
      ),
      failures: texts
        .filter((_, index) => !found[index])
        .map((text) => ({
          arn: text.startsWith("arn:")
            ? text
            : serviceArn({ account: caller.account, region: caller.region, cluster: cluster.name, name: text }),
          reason: "MISSING",
        })),
    };
  },

  async ListServices(request, caller) {
    if (request.resourceManagementType === "ECS")
      throw new NotBuiltError("Filtering services by 'resourceManagementType' ECS");
    const cluster = await findCluster(deps, request.cluster, caller);
    const services = (await clusterServices(deps, cluster))
      .map(({ value }) => value)
      .filter(({ schedulingStrategy }) => (request.schedulingStrategy ?? schedulingStrategy) === schedulingStrategy)
      .filter((service) => !request.launchType || currentRevision(service)?.launchType === request.launchType);
    const { items, ...rest } = pageOf(
      "services",
      services.map(serviceArn),
      (arn) => arn,
      { ...request, maxResults: request.maxResults ?? DEFAULT_PAGE },
      { compare: (a, b) => (a < b ? -1 : a > b ? 1 : 0) },
    );
    return { serviceArns: items, ...rest };
  },
});

/** ListServices answers ten at a time, unlike other lists. */
const DEFAULT_PAGE = 10;
