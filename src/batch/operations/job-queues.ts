import type { JobQueueDetail } from "@aws-sdk/client-batch";
import { changeRecord } from "../../kernel/change-record.ts";
import type { Scope } from "../../kernel/scope.ts";
import { ClientException } from "../model/errors.ts";
import { type EnvironmentId, environmentId, type PolicyId, policyId, queueId, scopedName } from "../model/ids.ts";
import type { JobQueueRecord } from "../model/job-queue.ts";
import { checkName, resourceArn } from "../model/names.ts";
import { queueTags } from "../model/tag-settings.ts";
import { checkTags } from "../model/tags.ts";
import { queueTerms } from "../model/terms.ts";
import { checkQueuePriority, readOrder, readTimeLimits } from "../model/validate-queue.ts";
import type { BatchDeps, BatchOperations } from "./deps.ts";
import { endJobsOfQueue } from "./end-jobs-of-queue.ts";
import { describeNamed, findNamed } from "./find-named.ts";

type QueueOperations = BatchOperations<"CreateJobQueue" | "UpdateJobQueue" | "DeleteJobQueue" | "DescribeJobQueues">;

interface QueueMembers {
  readonly computeEnvironmentOrder?: Parameters<typeof readOrder>[0] | undefined;
  readonly serviceEnvironmentOrder?: readonly object[] | undefined;
  readonly jobStateTimeLimitActions?: Parameters<typeof readTimeLimits>[0] | undefined;
  readonly schedulingPolicyArn?: string | undefined;
  readonly priority?: number | undefined;
}

/** Job queues: where jobs wait, by priority, for the environments in order. */
export const jobQueueOperations = (deps: BatchDeps): QueueOperations => {
  const { jobQueues, computeEnvironments, schedulingPolicies, clock } = deps;

  /** What a request says of a queue, checked and found. */
  const read = async (request: QueueMembers, scope: Scope) => {
    if (request.serviceEnvironmentOrder?.length)
      throw new ClientException(
        "'serviceEnvironmentOrder' is refused: service environments are not built in Berth yet.",
      );
    if (request.priority !== undefined) checkQueuePriority(request.priority);
    const { computeEnvironmentOrder: order, schedulingPolicyArn, jobStateTimeLimitActions: timeLimits } = request;
    const environments = order && (await Promise.all(readOrder(order).map(({ text }) => findEnvironment(text, scope))));
    const schedulingPolicy = schedulingPolicyArn ? await findPolicy(schedulingPolicyArn, scope) : undefined;
    return {
      ...(request.priority !== undefined && { priority: request.priority }),
      ...(order && environments && { environments, orders: readOrder(order).map((one) => one.order) }),
      ...(schedulingPolicy !== undefined && { schedulingPolicy }),
      ...(timeLimits && { timeLimits: readTimeLimits(timeLimits) }),
    };
  };

  const findEnvironment = async (text: string, scope: Scope): Promise<EnvironmentId> => {
    const found = await findNamed(computeEnvironments, "compute-environment", text, scope);
    if (!found) throw new ClientException(`Compute environment ${text} does not exist.`);
    return environmentId(scope, found.name);
  };

  const findPolicy = async (text: string, scope: Scope): Promise<PolicyId> => {
    const found = await findNamed(schedulingPolicies, "scheduling-policy", text, scope);
    if (!found) throw new ClientException(`SchedulingPolicy ${text} does not exist.`);
    return policyId(scope, found.name);
  };

  return {
    async CreateJobQueue(request, caller) {
      const { jobQueueName: name, state = "ENABLED", jobQueueType: type = "ECS" } = request;
      checkName("jobQueueName", name);
      if (type !== "ECS")
        throw new ClientException(`Job queues of type ${type} are refused: jobs run on the hosts of ECS clusters.`);
      const { account, region } = caller;
      const said = await read({ ...request, computeEnvironmentOrder: request.computeEnvironmentOrder ?? [] }, caller);
      const record: JobQueueRecord = {
        account,
        region,
        name,
        state,
        priority: request.priority,
        environments: [],
        timeLimits: [],
        ...queueTags(checkTags(request.tags), deps.settings),
        createdAt: clock.now(),
        ...said,
      };
      if (!(await jobQueues.create(queueId(caller, name), record, queueTerms(record))))
        throw new ClientException("Object already exists");
      return answer(record);
    },

    async UpdateJobQueue(request, caller) {
      const found = await findNamed(jobQueues, "job-queue", request.jobQueue, caller);
      if (!found) throw new ClientException(`JobQueue ${request.jobQueue} not found.`);
      const said = await read(request, caller);
      const changed = await changeRecord(jobQueues, queueId(caller, found.name), queueTerms, (now) => {
        if (said.schedulingPolicy !== undefined && now.schedulingPolicy === undefined)
          throw new ClientException("A job queue that was created without a scheduling policy cannot be given one.");
        return { ...now, ...said, ...(request.state !== undefined && { state: request.state }) };
      });
      if (!changed) throw new ClientException(`JobQueue ${request.jobQueue} not found.`);
      return answer(changed);
    },

    async DeleteJobQueue({ jobQueue }, caller) {
      const found = await findNamed(jobQueues, "job-queue", jobQueue, caller);
      // As AWS answers: what is gone already is no error.
      if (!found) return {};
      if (found.state !== "DISABLED")
        throw new ClientException("Cannot delete, resource is in ENABLED state. Disable it first.");
      await endJobsOfQueue(deps, queueId(caller, found.name));
      await jobQueues.remove(queueId(caller, found.name));
      return {};
    },

    async DescribeJobQueues({ jobQueues: names, ...page }, caller) {
      const { items, ...rest } = await describeNamed(jobQueues, "job-queue", names, page, caller);
      return { jobQueues: items.map(asDetail), ...rest };
    },
  };
};

const answer = (queue: JobQueueRecord) => ({
  jobQueueName: queue.name,
  jobQueueArn: resourceArn(queue, "job-queue", queue.name),
});

const asDetail = (queue: JobQueueRecord): JobQueueDetail => ({
  ...answer(queue),
  state: queue.state,
  status: "VALID",
  statusReason: "JobQueue Healthy",
  priority: queue.priority,
  computeEnvironmentOrder: queue.environments.map((id, index) => ({
    order: queue.orders?.[index] ?? index + 1,
    computeEnvironment: resourceArn(queue, "compute-environment", scopedName(id).name),
  })),
  ...(queue.schedulingPolicy !== undefined && {
    schedulingPolicyArn: resourceArn(queue, "scheduling-policy", scopedName(queue.schedulingPolicy).name),
  }),
  jobQueueType: "ECS",
  jobStateTimeLimitActions: queue.timeLimits.map(({ reason, maxSeconds, action }) => ({
    reason,
    state: "RUNNABLE",
    maxTimeSeconds: maxSeconds,
    action,
  })),
  tags: { ...queue.tags },
});
