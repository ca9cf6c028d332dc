import { askedTasks } from "../../src/ecs/model/asked-tasks.ts";
import { TERM } from "../../src/ecs/model/task-details.ts";
import type { Task } from "../../src/fleet/index.ts";
import type { Scope } from "../../src/kernel/scope.ts";
import { CALLER, type EcsWorld } from "./ecs-world.ts";

/** A task of the service as its keeper would start it, where no keeper is: of the latest revision of that family. */
export const aServiceTask = async (
  world: EcsWorld,
  service: string,
  family: string,
  scope: Scope = CALLER,
): Promise<Task> => {
  const { taskDefinition } = await world.call("DescribeTaskDefinition", { taskDefinition: family }, scope);
  const { services } = await world.call("DescribeServices", { services: [service] }, scope);
  const deployment = services?.[0]?.deployments?.find(({ status }) => status === "PRIMARY")?.id ?? "";
  const { account, region } = scope;
  const common = { account, region, tags: {} };
  const asked = askedTasks(
    { tags: {}, group: `service:${service}`, startedBy: deployment, terms: [TERM.service(service)] },
    {
      ...common,
      family,
      revision: taskDefinition?.revision ?? 1,
      status: "ACTIVE",
      members: { containerDefinitions: taskDefinition?.containerDefinitions },
      registeredAt: 0,
      registeredBy: "",
    },
    { ...common, name: "default", status: "ACTIVE", settings: [], createdAt: 0 },
    { hostPaths: [], privileged: false },
  );
  const answer = await world.fleet.place({ ...asked, requestId: "keeper", count: 1, strategies: [] });
  const [task] = answer.type === "answered" ? answer.tasks : [];
  if (!task) throw new Error(`no task of ${service} was placed`);
  return task;
};
