import { clusterId, type Fleet, type HostView, type Task } from "../../fleet/index.ts";
import { NotBuiltError } from "../../kernel/errors.ts";
import type { Scope } from "../../kernel/scope.ts";
import { InvalidParameterException } from "../model/errors.ts";
import { taskArn, taskIdOf } from "../model/identifiers.ts";
import { pageOf } from "../model/page.ts";
import type { ClusterRecord } from "../model/records.ts";
import { serviceNameOf } from "../model/service/names.ts";
import { isEcsTask, TERM } from "../model/task-details.ts";
import type { EcsDeps, EcsOperations } from "../ports.ts";
import { asEcsTask } from "./as-ecs-task.ts";
import { findCluster } from "./find-cluster.ts";
import { hostByInstance } from "./find-hosts.ts";
import { findService } from "./service/find-service.ts";

type TaskOperations = EcsOperations<"StopTask" | "DescribeTasks" | "ListTasks">;
type TaskId = Task["id"];

const MAX_DESCRIBED = 100;
const MAX_REASON = 1024;

// Every task of ECS has one; what other wings run in the cluster has none, and is theirs to list.
const LAUNCH_TYPES = ["EC2", "FARGATE", "EXTERNAL", "MANAGED_INSTANCES"] as const;

/** Tasks that run or ran: stopped, described, listed. Stopped ones are kept about an hour. */
export const taskOperations = (deps: EcsDeps): TaskOperations => {
  const { fleet } = deps;
  return {
    async StopTask({ cluster: reference, task: text, reason = "" }, caller) {
      if (reason.length > MAX_REASON) throw new InvalidParameterException(`reason has up to ${MAX_REASON} characters.`);
      const cluster = await findCluster(deps, reference, caller);
      const [found] = await tasksOf(fleet, cluster, caller, [text]);
      if (!found) throw new InvalidParameterException("The referenced task was not found.");
      const stopping = await fleet.stopTask(found.id, "UserInitiated", reason || "Task stopped by user");
      return { task: asEcsTask(stopping ?? found, (await hostsOf(fleet, cluster)).get(found.host)) };
    },

    async DescribeTasks({ cluster: reference, tasks: texts, include = [] }, caller) {
      if (texts.length === 0) throw new InvalidParameterException("Tasks cannot be empty.");
      if (texts.length > MAX_DESCRIBED)
        throw new InvalidParameterException(`Tasks cannot have more than ${MAX_DESCRIBED} elements.`);
      const cluster = await findCluster(deps, reference, caller);
      const [found, hosts] = await Promise.all([tasksOf(fleet, cluster, caller, texts), hostsOf(fleet, cluster)]);
      return {
        tasks: found.flatMap((task) => (task ? [asEcsTask(task, hosts.get(task.host), include)] : [])),
        failures: texts
          .filter((_, index) => !found[index])
          .map((text) => ({
            arn: text.startsWith("arn:") ? text : taskArn(caller, cluster.name, text),
            reason: "MISSING",
          })),
      };
    },

    async ListTasks(request, caller) {
      const {
        startedBy,
        containerInstance,
        family,
        serviceName,
        daemonName,
        launchType,
        desiredStatus = "RUNNING",
      } = request;
      if (daemonName) throw new NotBuiltError("'daemonName' of ListTasks");
      if (startedBy && (containerInstance || family || serviceName))
        throw new InvalidParameterException("When startedBy is specified, it must be the only filter.");
      const cluster = await findCluster(deps, request.cluster, caller);
      if (serviceName) await findService(deps, cluster, serviceName, caller);
      const host = containerInstance ? await hostByInstance(fleet, cluster, caller, containerInstance) : undefined;
      const terms = [
        TERM.desired(desiredStatus),
        ...(startedBy ? [TERM.startedBy(startedBy)] : []),
        ...(serviceName ? [TERM.service(serviceNameOf(serviceName, caller, cluster.name) ?? serviceName)] : []),
        ...(family ? [TERM.family(family)] : []),
        ...(host ? [TERM.host(host.id)] : []),
      ];
      // ECS never has a task of desired status PENDING, though it can be asked for.
      const types = desiredStatus === "PENDING" ? [] : launchType ? [launchType] : LAUNCH_TYPES;
      const home = clusterId(caller, cluster.name);
      const found = types.map((type) => fleet.findTasks(home, [...terms, TERM.launchType(type)]));
      const ids = (await Promise.all(found)).flat();
      const { items, ...rest } = pageOf("tasks", ids, (id) => id, request);
      return { taskArns: items.map((id) => taskArn(caller, cluster.name, id)), ...rest };
    },
  };
};

/** The cluster's ECS tasks in the order asked; `undefined` for what it does not have. Throws InvalidParameterException. */
export const tasksOf = async (
  fleet: Fleet,
  cluster: ClusterRecord,
  scope: Scope,
  texts: readonly string[],
): Promise<(Task | undefined)[]> => {
  const ids = texts.map((text) => taskIdOf(text, scope, cluster.name) as TaskId | undefined);
  const asked = ids.filter((id) => id !== undefined);
  const byId = new Map((await fleet.tasks(asked)).flatMap((task) => (task ? [[task.id, task] as const] : [])));
  const home = clusterId(cluster, cluster.name);
  return ids.map((id) => {
    const task = id && byId.get(id);
    return task && task.cluster === home && isEcsTask(task) ? task : undefined;
  });
};

/** Hosts of a cluster by id. */
export const hostsOf = async (fleet: Fleet, cluster: ClusterRecord): Promise<ReadonlyMap<HostView["id"], HostView>> =>
  new Map((await fleet.hosts(clusterId(cluster, cluster.name))).map((host) => [host.id, host]));
