import type { Stored } from "../../../kernel/records.ts";
import type { Scope } from "../../../kernel/scope.ts";
import { changeService } from "../../change-service.ts";
import {
  ConflictException,
  InvalidParameterException,
  ServiceDeploymentNotFoundException,
} from "../../model/errors.ts";
import { pageOf } from "../../model/page.ts";
import { stopDeployment } from "../../model/service/deployments.ts";
import { partOfService } from "../../model/service/names.ts";
import type { DeploymentRecord, ServiceRecord } from "../../model/service/records.ts";
import { serviceId } from "../../model/store-keys.ts";
import type { EcsDeps, EcsOperations } from "../../ports.ts";
import { findCluster } from "../find-cluster.ts";
import {
  asEcsServiceDeployment,
  asEcsServiceDeploymentBrief,
  asEcsServiceRevision,
} from "./as-ecs-service-deployment.ts";
import { findService } from "./find-service.ts";
import { tasksOfService } from "./tasks-of-service.ts";

type DeploymentOperations = EcsOperations<
  "DescribeServiceDeployments" | "ListServiceDeployments" | "DescribeServiceRevisions" | "StopServiceDeployment"
>;

const MAX_DESCRIBED = 20;
const DEFAULT_PAGE = 20;

/** Deployments of services, past ones included as long as they are kept, and the revisions that they roll to. */
export const serviceDeploymentOperations = (deps: EcsDeps): DeploymentOperations => {
  const { services, fleet, clock } = deps;

  const ownerOf = async (arn: string, kind: "service-deployment" | "service-revision", scope: Scope) => {
    const { cluster, name, id } = partOfService(arn, kind, scope);
    const [service] = await services.get([serviceId(scope, cluster, name)]);
    return { arn, id, service };
  };

  const described = async ({ value }: Stored<ServiceRecord>, deployment: DeploymentRecord) =>
    asEcsServiceDeployment(value, deployment, await tasksOfService(fleet, value));

  return {
    async DescribeServiceDeployments({ serviceDeploymentArns: arns }, caller) {
      checkCount("serviceDeploymentArns", arns);
      const asked = await Promise.all(arns.map((arn) => ownerOf(arn, "service-deployment", caller)));
      const found = asked.map((one) => ({ ...one, deployment: deploymentOf(one.service, one.id) }));
      return {
        serviceDeployments: await Promise.all(
          found.flatMap(({ service, deployment }) => (service && deployment ? [described(service, deployment)] : [])),
        ),
        failures: missing(found.filter(({ deployment }) => !deployment)),
      };
    },

    async ListServiceDeployments(request, caller) {
      const cluster = await findCluster(deps, request.cluster, caller);
      const { value: service } = await findService(deps, cluster, request.service, caller);
      const { status: statuses = [], createdAt: { after, before } = {} } = request;
      const isAsked = ({ serviceDeploymentStatus, createdAt }: DeploymentRecord): boolean =>
        (statuses.length === 0 || statuses.includes(serviceDeploymentStatus)) &&
        createdAt >= (after?.getTime() ?? 0) &&
        createdAt <= (before?.getTime() ?? Number.POSITIVE_INFINITY);
      const newestFirst = service.deployments.filter(isAsked).toSorted((a, b) => b.createdAt - a.createdAt);
      const page = { ...request, maxResults: request.maxResults ?? DEFAULT_PAGE };
      const { items, ...rest } = pageOf("service-deployments", newestFirst, ({ id }) => id, page);
      return { serviceDeployments: items.map((one) => asEcsServiceDeploymentBrief(service, one)), ...rest };
    },

    async DescribeServiceRevisions({ serviceRevisionArns: arns }, caller) {
      checkCount("serviceRevisionArns", arns);
      const asked = await Promise.all(arns.map((arn) => ownerOf(arn, "service-revision", caller)));
      const found = asked.map((one) => ({
        ...one,
        revision: one.service?.value.revisions.find(({ id }) => id === one.id),
      }));
      return {
        serviceRevisions: found.flatMap(({ service, revision }) =>
          service && revision ? [asEcsServiceRevision(service.value, revision)] : [],
        ),
        failures: missing(found.filter(({ revision }) => !revision)),
      };
    },

    async StopServiceDeployment({ serviceDeploymentArn: arn, stopType = "ROLLBACK" }, caller) {
      const { id, service } = await ownerOf(arn, "service-deployment", caller);
      if (!service || !deploymentOf(service, id)) throw new ServiceDeploymentNotFoundException();
      const stopped = await changeService(services, service.id, (now) => {
        const next = stopDeployment(now, id, stopType, clock.now());
        if (!next) throw new ConflictException("The service deployment is over and cannot be stopped.");
        return next;
      });
      if (!stopped) throw new ServiceDeploymentNotFoundException();
      return { serviceDeploymentArn: arn };
    },
  };
};

const deploymentOf = (service: Stored<ServiceRecord> | undefined, id: string): DeploymentRecord | undefined =>
  service?.value.deployments.find(({ serviceDeploymentId }) => serviceDeploymentId === id);

const missing = (asked: readonly { readonly arn: string }[]) => asked.map(({ arn }) => ({ arn, reason: "MISSING" }));

const checkCount = (member: string, arns: readonly string[]): void => {
  if (arns.length === 0) throw new InvalidParameterException(`${member} cannot be empty.`);
  if (arns.length > MAX_DESCRIBED)
    throw new InvalidParameterException(`${member} cannot have more than ${MAX_DESCRIBED} elements.`);
};
