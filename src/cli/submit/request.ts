import type { SubmitJobCommandInput } from "@aws-sdk/client-batch";
import { DEFAULT_QUEUE, type JobOptions } from "./options.ts";

/** What is asked of Batch for a job whose definition is there. `command` empty: the definition's own. */
export const submissionOf = (
  name: string,
  jobDefinition: string,
  command: readonly string[],
  options: JobOptions,
): SubmitJobCommandInput => {
  const { array, retries, onExit, timeout, queue, share, priority, parameter = [] } = options;
  const overrides = overridesOf(command, options);
  return {
    jobName: name,
    jobQueue: queue ?? DEFAULT_QUEUE,
    jobDefinition,
    ...(Object.keys(overrides).length > 0 && { containerOverrides: overrides }),
    ...(parameter.length > 0 && { parameters: Object.fromEntries(parameter) }),
    ...(array !== undefined && { arrayProperties: { size: array } }),
    ...((retries !== undefined || onExit) && {
      retryStrategy: { attempts: (retries ?? 0) + 1, ...(onExit && { evaluateOnExit: [...onExit] }) },
    }),
    ...(timeout !== undefined && { timeout: { attemptDurationSeconds: timeout } }),
    ...(share !== undefined && { shareIdentifier: share }),
    ...(priority !== undefined && { schedulingPriorityOverride: priority }),
  };
};

const overridesOf = (
  command: readonly string[],
  { image, vcpus, memory, env = [] }: JobOptions,
): NonNullable<SubmitJobCommandInput["containerOverrides"]> => {
  // With an image all of this stands in the definition that was made for it.
  if (image !== undefined) return {};
  const sizes = [
    ...(vcpus === undefined ? [] : [{ type: "VCPU" as const, value: String(vcpus) }]),
    ...(memory === undefined ? [] : [{ type: "MEMORY" as const, value: String(memory) }]),
  ];
  return {
    ...(command.length > 0 && { command: [...command] }),
    ...(env.length > 0 && { environment: env.map(([name, value]) => ({ name, value })) }),
    ...(sizes.length > 0 && { resourceRequirements: sizes }),
  };
};
