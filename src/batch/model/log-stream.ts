import type { JobContainer } from "./job.ts";

/** The name of a job's one container, as Batch gives it. */
export const JOB_CONTAINER = "default";

/** Where the output of jobs goes that ask for nothing else. */
const JOB_LOG_GROUP = "/aws/batch/job";
const PREFIX = "awslogs-stream-prefix";

interface Logging extends Pick<JobContainer, "logStreamPrefix"> {
  readonly logConfiguration?: JobContainer["logConfiguration"] | undefined;
}

const isLogged = ({ logConfiguration }: Logging): boolean =>
  logConfiguration === undefined || logConfiguration.logDriver === "awslogs";

/** A job's log configuration as ECS is asked for it: Batch fills in its own group, and the definition's name before the stream's. */
export const jobLogging = (container: Logging, region: string) => {
  const { logConfiguration, logStreamPrefix } = container;
  if (!isLogged(container) || logStreamPrefix === undefined) return undefined;
  const { "awslogs-group": group = JOB_LOG_GROUP, ...options } = logConfiguration?.options ?? {};
  return {
    logDriver: "awslogs" as const,
    options: {
      "awslogs-group": group,
      "awslogs-region": region,
      [PREFIX]: logStreamPrefix,
      ...(group === JOB_LOG_GROUP && { "awslogs-create-group": "true" }),
      ...options,
    },
  };
};

/** The stream of an attempt's output: definition's name, container, and the task's id, as AWS names it. Absent without awslogs. */
export const logStreamName = (definitionArn: string, container: Logging, task: string): string | undefined => {
  if (!isLogged(container)) return undefined;
  const named = definitionArn.slice(definitionArn.lastIndexOf("/") + 1).split(":")[0];
  return `${container.logConfiguration?.options?.[PREFIX] ?? named}/${JOB_CONTAINER}/${task}`;
};
