import { batchEnums } from "./enum-members/batch.ts";
import { cloudwatchLogsEnums } from "./enum-members/cloudwatch-logs.ts";
import { ecrEnums } from "./enum-members/ecr.ts";
import { ecsEnums } from "./enum-members/ecs.ts";
import { elasticLoadBalancingV2Enums } from "./enum-members/elastic-load-balancing-v2.ts";
import { lambdaEnums } from "./enum-members/lambda.ts";
import { secretsManagerEnums } from "./enum-members/secrets-manager.ts";
import { ssmEnums } from "./enum-members/ssm.ts";
import { stsEnums } from "./enum-members/sts.ts";

/**
 * The SDK's runtime schemas call an enum a string; only its type declarations tell which member is of which enum. These
 * texts are made from them (docs/decisions/enums-from-declarations.md), and a test fails when they are stale.
 */
const TEXT_BY_SERVICE: Readonly<Record<string, string>> = {
  Batch: batchEnums,
  "CloudWatch Logs": cloudwatchLogsEnums,
  ECR: ecrEnums,
  ECS: ecsEnums,
  "Elastic Load Balancing v2": elasticLoadBalancingV2Enums,
  Lambda: lambdaEnums,
  SSM: ssmEnums,
  STS: stsEnums,
  "Secrets Manager": secretsManagerEnums,
};

// AWS takes these in any case (Batch: "The values aren't case sensitive"), so the handler reads them.
const UNCHECKED: ReadonlySet<string> = new Set(["RetryAction"]);

/** `RunTaskRequest.launchType` → `LaunchType`, for a service by its serviceId. Throws where its text was never made. */
export const enumMembers = (serviceId: string): ReadonlyMap<string, string> => {
  const text = TEXT_BY_SERVICE[serviceId];
  if (text === undefined) throw new Error(`no enums are on record for ${serviceId}: see docs/adding-an-operation.md`);
  return new Map(text.split("\n").flatMap(entriesOfLine));
};

const entriesOfLine = (line: string): [string, string][] => {
  const [name = "", members = ""] = line.split(": ");
  return UNCHECKED.has(name) ? [] : members.split(" ").map((member) => [member, name]);
};
