import { changeRecord } from "../../kernel/change-record.ts";
import { ClientException } from "../model/errors.ts";
import { checkName, resourceArn } from "../model/names.ts";
import type { SchedulingPolicyRecord } from "../model/scheduling-policy.ts";
import { namedId, TERM } from "../model/store-keys.ts";
import { checkTags } from "../model/tags.ts";
import { policyTerms } from "../model/terms.ts";
import { asFairsharePolicy, readFairShare } from "../model/validate-policy.ts";
import type { BatchDeps, BatchOperations } from "./deps.ts";
import { describeNamed, findNamed } from "./find-named.ts";

type PolicyOperations = BatchOperations<
  | "CreateSchedulingPolicy"
  | "UpdateSchedulingPolicy"
  | "DeleteSchedulingPolicy"
  | "DescribeSchedulingPolicies"
  | "ListSchedulingPolicies"
>;

/** Scheduling policies: how the shares of a queue divide what is free. */
export const schedulingPolicyOperations = ({
  schedulingPolicies,
  jobQueues,
  clock,
}: Pick<BatchDeps, "schedulingPolicies" | "jobQueues" | "clock">): PolicyOperations => ({
  async CreateSchedulingPolicy(request, caller) {
    checkName("name", request.name);
    refuseQuotas(request);
    const { account, region } = caller;
    const fairShare = readFairShare(request.fairsharePolicy ?? {});
    const tags = checkTags(request.tags);
    const record = { account, region, name: request.name, fairShare, tags, createdAt: clock.now() };
    if (!(await schedulingPolicies.create(namedId(caller, request.name), record, policyTerms(record))))
      throw new ClientException("Object already exists");
    return { name: request.name, arn: arnOf(record) };
  },

  async UpdateSchedulingPolicy(request, caller) {
    refuseQuotas(request);
    const fairShare = request.fairsharePolicy && readFairShare(request.fairsharePolicy);
    const found = await findNamed(schedulingPolicies, "scheduling-policy", request.arn, caller);
    const changed =
      found &&
      (await changeRecord(schedulingPolicies, namedId(caller, found.name), policyTerms, (now) => ({
        ...now,
        ...(fairShare && { fairShare }),
      })));
    if (!changed) throw new ClientException(`SchedulingPolicy ${request.arn} does not exist.`);
    return {};
  },

  async DeleteSchedulingPolicy({ arn }, caller) {
    const found = await findNamed(schedulingPolicies, "scheduling-policy", arn, caller);
    if (!found) return {};
    if ((await jobQueues.find([TERM.queueOfPolicy(caller, found.name)])).length > 0)
      throw new ClientException("Cannot delete, found existing JobQueue relationship");
    await schedulingPolicies.remove(namedId(caller, found.name));
    return {};
  },

  async DescribeSchedulingPolicies({ arns }, caller) {
    if (arns.length === 0) return { schedulingPolicies: [] };
    const { items } = await describeNamed(schedulingPolicies, "scheduling-policy", arns, {}, caller);
    return {
      schedulingPolicies: items.map((policy) => ({
        name: policy.name,
        arn: arnOf(policy),
        fairsharePolicy: asFairsharePolicy(policy.fairShare),
        tags: { ...policy.tags },
      })),
    };
  },

  async ListSchedulingPolicies(page, caller) {
    const { items, ...rest } = await describeNamed(schedulingPolicies, "scheduling-policy", undefined, page, caller);
    return { schedulingPolicies: items.map((policy) => ({ arn: arnOf(policy) })), ...rest };
  },
});

const arnOf = (policy: SchedulingPolicyRecord): string => resourceArn(policy, "scheduling-policy", policy.name);

const refuseQuotas = (request: { readonly quotaSharePolicy?: object | undefined }): void => {
  if (request.quotaSharePolicy)
    throw new ClientException("'quotaSharePolicy' is refused: quota shares are not built in Berth yet.");
};
