import type { ComputeEnvironmentDetail } from "@aws-sdk/client-batch";
import { formatArn } from "../../kernel/arn.ts";
import { changeRecord } from "../../kernel/change-record.ts";
import type { Scope } from "../../kernel/scope.ts";
import type { ComputeEnvironmentRecord } from "../model/compute-environment.ts";
import { ClientException } from "../model/errors.ts";
import { resourceArn } from "../model/names.ts";
import { namedId, TERM } from "../model/store-keys.ts";
import { environmentTags } from "../model/tag-settings.ts";
import { checkTags } from "../model/tags.ts";
import { environmentTerms } from "../model/terms.ts";
import { checkEnvironmentChange, checkNewEnvironment } from "../model/validate-environment.ts";
import type { BatchDeps, BatchOperations } from "./deps.ts";
import { describeNamed, findNamed } from "./find-named.ts";

type EnvironmentOperations = BatchOperations<
  "CreateComputeEnvironment" | "UpdateComputeEnvironment" | "DeleteComputeEnvironment" | "DescribeComputeEnvironments"
>;

/** Compute environments: the declared hosts of an ECS cluster, as jobs see them. */
export const computeEnvironmentOperations = (deps: BatchDeps): EnvironmentOperations => {
  const { computeEnvironments, jobQueues } = deps;
  return {
    async CreateComputeEnvironment(request, caller) {
      checkNewEnvironment(request);
      const { computeEnvironmentName: name, state = "ENABLED", unmanagedvCpus, serviceRole } = request;
      const record: ComputeEnvironmentRecord = {
        account: caller.account,
        region: caller.region,
        name,
        uuid: deps.random.uuid(),
        type: "UNMANAGED",
        state,
        ...(unmanagedvCpus !== undefined && { unmanagedVcpus: unmanagedvCpus }),
        ...(serviceRole !== undefined && { serviceRole }),
        ...environmentTags(checkTags(request.tags), deps.settings),
        createdAt: deps.clock.now(),
      };
      if (!(await computeEnvironments.create(namedId(caller, name), record, environmentTerms(record))))
        throw new ClientException("Object already exists");
      return answer(record);
    },

    async UpdateComputeEnvironment(request, caller) {
      checkEnvironmentChange(request);
      const { state, unmanagedvCpus, serviceRole } = request;
      const found = await findNamed(computeEnvironments, "compute-environment", request.computeEnvironment, caller);
      const changed =
        found &&
        (await changeRecord(computeEnvironments, namedId(caller, found.name), environmentTerms, (now) => ({
          ...now,
          ...(state !== undefined && { state }),
          ...(unmanagedvCpus !== undefined && { unmanagedVcpus: unmanagedvCpus }),
          ...(serviceRole !== undefined && { serviceRole }),
        })));
      if (!changed) throw new ClientException(`${request.computeEnvironment} does not exist.`);
      return answer(changed);
    },

    async DeleteComputeEnvironment({ computeEnvironment }, caller) {
      const found = await findNamed(computeEnvironments, "compute-environment", computeEnvironment, caller);
      // As AWS answers: what is gone already is no error.
      if (!found) return {};
      if (found.state !== "DISABLED")
        throw new ClientException("Cannot delete, resource is in ENABLED state. Disable it first.");
      if ((await jobQueues.find([TERM.queueOfEnvironment(caller, found.name)])).length > 0)
        throw new ClientException("Cannot delete, found existing JobQueue relationship");
      await computeEnvironments.remove(namedId(caller, found.name));
      return {};
    },

    async DescribeComputeEnvironments({ computeEnvironments: names, ...page }, caller) {
      const { items, ...rest } = await describeNamed(computeEnvironments, "compute-environment", names, page, caller);
      return { computeEnvironments: items.map(asDetail), ...rest };
    },
  };
};

const arnOf = (environment: Scope & { readonly name: string }): string =>
  resourceArn(environment, "compute-environment", environment.name);

const answer = (environment: ComputeEnvironmentRecord) => ({
  computeEnvironmentName: environment.name,
  computeEnvironmentArn: arnOf(environment),
});

const asDetail = (environment: ComputeEnvironmentRecord): ComputeEnvironmentDetail => ({
  ...answer(environment),
  type: "UNMANAGED",
  state: environment.state,
  status: "VALID",
  statusReason: "ComputeEnvironment Healthy",
  ecsClusterArn: formatArn({ ...environment, service: "ecs", resource: `cluster/${environment.cluster}` }),
  containerOrchestrationType: "ECS",
  uuid: environment.uuid,
  ...(environment.unmanagedVcpus !== undefined && { unmanagedvCpus: environment.unmanagedVcpus }),
  ...(environment.serviceRole !== undefined && { serviceRole: environment.serviceRole }),
  tags: { ...environment.tags },
});
