import type { RegisterJobDefinitionRequest } from "@aws-sdk/client-batch";
import { ClientException } from "./errors.ts";
import type { JobDefinitionRecord } from "./job-definition.ts";
import { checkName } from "./names.ts";
import { refuseMembers } from "./refuse-members.ts";
import { checkTags } from "./tags.ts";
import { readRetryStrategy, readTimeout } from "./validate-attempts.ts";
import { readContainer } from "./validate-container.ts";
import { checkSchedulingPriority } from "./validate-submission.ts";

/** Batch makes a task definition of it, which ECS holds to this. */
const MAX_CHARACTERS = 65_536;

/**
 * A job definition as it is kept: checked, defaults filled in. `leastSeconds` is the least that a timeout may be.
 * Throws ClientException for the first thing wrong.
 */
export const readDefinition = (
  request: RegisterJobDefinitionRequest,
  leastSeconds: number,
): Pick<JobDefinitionRecord, "name" | "members" | "tags"> => {
  const { length } = JSON.stringify(request);
  if (length > MAX_CHARACTERS)
    throw new ClientException(`A job definition has at most ${MAX_CHARACTERS} characters, but had ${length}.`);
  checkName("jobDefinitionName", request.jobDefinitionName ?? "");
  refuseMembers("RegisterJobDefinition", request);
  if (!request.containerProperties)
    throw new ClientException(
      "Error executing request, Exception : containerProperties must not be empty for a job definition of type container.",
    );
  checkSchedulingPriority("schedulingPriority", request.schedulingPriority);
  const { jobDefinitionName, tags, retryStrategy, timeout, ...members } = request;
  return {
    name: jobDefinitionName ?? "",
    members: {
      ...members,
      parameters: request.parameters ?? {},
      containerProperties: readContainer(request.containerProperties),
      ...(retryStrategy && { retryStrategy: readRetryStrategy(retryStrategy) }),
      ...(timeout && { timeout: readTimeout(timeout, leastSeconds) }),
    },
    tags: checkTags(tags),
  };
};
