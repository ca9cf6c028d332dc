/** The name of a job's one container, as Batch gives it. */
export const JOB_CONTAINER = "default";

/** The stream of an attempt's output in `/aws/batch/job`: definition's name, container, and the task's id, as AWS names it. */
export const logStreamName = (definitionArn: string, task: string): string => {
  const named = definitionArn.slice(definitionArn.lastIndexOf("/") + 1);
  return `${named.split(":")[0]}/${JOB_CONTAINER}/${task}`;
};
