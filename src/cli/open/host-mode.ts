import type { Task, TaskDefinition } from "@aws-sdk/client-ecs";
import type { HostAnswer } from "../answers.ts";
import type { Api } from "../api.ts";
import type { Ecs } from "../ecs.ts";
import { lastOf } from "../views/words.ts";

/**
 * Tells tasks in network mode `host` with the bindings that ECS leaves out, because their programs listen on the host itself: each port that the
 * task definition names, at its host's address.
 */
export const hostModeBindings = ({ ecs, api }: { readonly ecs: Ecs; readonly api: Api }) => {
  // A revision never changes.
  const definitions = new Map<string, TaskDefinition>();
  const definitionOf = async (arn: string): Promise<TaskDefinition> => {
    const known =
      definitions.get(arn) ?? (await ecs.describeTaskDefinition({ taskDefinition: arn })).taskDefinition ?? {};
    definitions.set(arn, known);
    return known;
  };
  return async (tasks: readonly Task[]): Promise<Task[]> => {
    const defined = await Promise.all(
      tasks.map(async (task) => ({
        task,
        definition: isBound(task) ? {} : await definitionOf(task.taskDefinitionArn ?? ""),
      })),
    );
    if (defined.every(({ definition }) => definition.networkMode !== "host")) return [...tasks];
    const hosts = await api.get<HostAnswer[]>("/hosts");
    const addressOf = ({ containerInstanceArn }: Task): string | undefined =>
      hosts.find(({ instanceId }) => instanceId === lastOf(containerInstanceArn))?.publishAddress;
    return defined.map(({ task, definition }) =>
      definition.networkMode === "host" ? withBindings(task, definition, addressOf(task)) : task,
    );
  };
};

const isBound = ({ containers = [], attachments = [] }: Task): boolean =>
  attachments.length > 0 || containers.some(({ networkBindings = [] }) => networkBindings.length > 0);

/** A task whose host is gone is left as it is: nothing leads there. */
const withBindings = (task: Task, { containerDefinitions = [] }: TaskDefinition, bindIP: string | undefined): Task => ({
  ...task,
  ...(bindIP !== undefined && {
    containers: containerDefinitions.map(({ name, portMappings = [] }) => ({
      ...task.containers?.find((container) => container.name === name),
      networkBindings: portMappings.map(({ containerPort, protocol }) => ({
        bindIP,
        containerPort,
        hostPort: containerPort,
        protocol,
      })),
    })),
  }),
});
