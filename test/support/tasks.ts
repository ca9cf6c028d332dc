import type {
  ContainerDefinition,
  ECS,
  RegisterTaskDefinitionRequest,
  RunTaskRequest,
  Task,
} from "@aws-sdk/client-ecs";
import { until } from "./until.ts";

/** A container of `berth/busybox` that runs a script; small, so that many fit. */
export const script = (
  text: string,
  more: Partial<ContainerDefinition> = {},
): ContainerDefinition & { name: string } => ({
  image: "berth/busybox",
  memory: 32,
  command: ["sh", "-c", text],
  ...more,
  name: more.name ?? "main",
});

/** What tests do with tasks, by AWS's own client. */
export interface Tasks {
  /** Registers containers under a family of their own, and answers its name. */
  define(containers: ContainerDefinition[], more?: Partial<RegisterTaskDefinitionRequest>): Promise<string>;
  /** Registers and runs them; every task asked for must be placed. */
  run(
    containers: ContainerDefinition[],
    more?: Partial<RegisterTaskDefinitionRequest>,
    request?: Partial<RunTaskRequest>,
  ): Promise<Task>;
  /** Runs a family; every task asked for must be placed. */
  runMany(taskDefinition: string, request?: Partial<RunTaskRequest>): Promise<Task[]>;
  describe(task: Task): Promise<Task>;
  /** The task once it is in a status. */
  is(status: string, task: Task): Promise<Task>;
  stopped(task: Task): Promise<Task>;
}

export const tasksOf = (ecs: ECS): Tasks => {
  let families = 0;
  const define: Tasks["define"] = async (containers, more = {}) => {
    families += 1;
    const family = `family-${families}`;
    await ecs.registerTaskDefinition({ family, containerDefinitions: containers, ...more });
    return family;
  };
  const runMany: Tasks["runMany"] = async (taskDefinition, request = {}) => {
    const { tasks = [], failures = [] } = await ecs.runTask({ taskDefinition, ...request });
    if (tasks.length !== (request.count ?? 1))
      throw new Error(`placed ${tasks.length} of ${request.count ?? 1}: ${JSON.stringify(failures)}`);
    return tasks;
  };
  const describe: Tasks["describe"] = async ({ taskArn, clusterArn }) => {
    const { tasks = [] } = await ecs.describeTasks({ ...(clusterArn && { cluster: clusterArn }), tasks: [taskArn!] });
    if (!tasks[0]) throw new Error(`there is no ${taskArn}`);
    return tasks[0];
  };
  const is: Tasks["is"] = (status, task) =>
    until(
      `task ${task.taskArn} to be ${status}`,
      () => describe(task),
      ({ lastStatus }) => {
        if (lastStatus === "STOPPED" && status !== "STOPPED") throw new Error(`it stopped and never was ${status}`);
        return lastStatus === status;
      },
    );
  return {
    define,
    runMany,
    describe,
    is,
    run: async (containers, more, request) => (await runMany(await define(containers, more), request))[0]!,
    stopped: (task) => is("STOPPED", task),
  };
};

/** The task's id, the last part of its ARN. */
export const idOf = ({ taskArn = "" }: Task): string => taskArn.slice(taskArn.lastIndexOf("/") + 1);
