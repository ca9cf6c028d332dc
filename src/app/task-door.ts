import type { Socket } from "node:net";
import type { FastifyBaseLogger } from "fastify";
import { taskDoors } from "../adapters/doors/task-doors.ts";
import { containerMetadata, type TaskSight, taskMetadata } from "../ecs/index.ts";
import type { FleetDeps } from "../fleet/control/deps.ts";
import { clusterParts, type Fleet, isInternal, type Task } from "../fleet/index.ts";
import { type Visitor, visitingTask, visitorOf } from "../fleet/model/door.ts";
import { containerName } from "../fleet/model/names.ts";
import type { TaskDoors } from "../fleet/model/task-doors.ts";
import { type AwsOptions, awsPlugin } from "../http/aws/plugin.ts";
import { makeServer } from "../http/server.ts";
import { type TaskDoorAnswers, taskDoorPlugin } from "../http/tasks/plugin.ts";
import { roleNameOf } from "../kernel/role-name.ts";
import { expiryOf, roleCredentials } from "../sts/index.ts";

type Parts = Pick<FleetDeps, "engines" | "hosts" | "policy" | "clock"> & { readonly fleet: Fleet };

/** The listener for containers, in two steps: launches tell containers of it before there is anything to answer with. */
export interface TaskDoor {
  readonly doors: TaskDoors;
  /** From then on who comes is answered: metadata, credentials, and AWS's APIs by signature only. */
  serve(parts: Parts, secret: string, aws: AwsOptions): Promise<void>;
  close(): Promise<void>;
}

export const taskDoor = (installation: string, log: FastifyBaseLogger, requestId: () => string): TaskDoor => {
  const server = makeServer({ requestId, bodyLimitBytes: 1024, log });
  const accept = (socket: Socket): void => void server.server.emit("connection", socket);
  const doors = taskDoors({ installation, accept, log });
  return {
    doors,
    async serve(parts, secret, aws) {
      await server.register(taskDoorPlugin, answersFrom(parts, secret));
      await server.register(awsPlugin({ ...aws, auth: "sigv4" }));
      await server.ready();
    },
    async close() {
      doors.close();
      await server.close();
    },
  };
};

const answersFrom = ({ fleet, engines, hosts, policy, clock }: Parts, secret: string): TaskDoorAnswers => {
  const visitor = async (id: string): Promise<Visitor | undefined> => {
    const taskId = visitingTask(id);
    const [task] = taskId === undefined ? [] : await fleet.tasks([taskId]);
    return task && visitorOf(id, policy.secret, task);
  };
  const ofContainer =
    <Answer>(answer: (task: Task, container: string) => Promise<Answer>) =>
    async (id: string): Promise<Answer | undefined> => {
      const found = await visitor(id);
      return found?.kind === "container" ? answer(found.task, found.container.name) : undefined;
    };
  const engineOf = async (task: Task) => {
    const [host] = await hosts.get([task.host]);
    return { host, engine: host && engines.at(host.engine) };
  };
  const sightOf = async (task: Task): Promise<TaskSight> => {
    const { host, engine } = await engineOf(task);
    const containers = await Promise.all(
      task.observed.containers.map(async ({ name, runtimeId }) => {
        const seen = runtimeId === undefined ? undefined : await engine?.inspect(runtimeId).catch(() => undefined);
        const engineName = containerName(policy.installation, task.id, task.attempt, name);
        const { address, mounts } = seen ?? {};
        return [name, { engineName, ...(address !== undefined && { address }), ...(mounts && { mounts }) }] as const;
      }),
    );
    const zone = host?.attributes["ecs.availability-zone"];
    return {
      containers: Object.fromEntries(containers),
      ...(zone !== undefined && { zone }),
      hostTags: host?.tags ?? {},
    };
  };
  const statsOf = async (task: Task, container: string): Promise<object | null> => {
    const runtimeId = task.observed.containers.find(({ name }) => name === container)?.runtimeId;
    const { engine } = await engineOf(task);
    return (runtimeId === undefined ? undefined : await engine?.stats(runtimeId)) ?? null;
  };
  return {
    container: ofContainer(async (task, container) => {
      const spec = task.spec.containers.find(({ name }) => name === container)!;
      return containerMetadata(task, spec, await sightOf(task));
    }),
    task: async (id, withTags) => ofContainer(async (task) => taskMetadata(task, await sightOf(task), withTags))(id),
    stats: ofContainer(async (task, container) => (await statsOf(task, container)) ?? {}),
    taskStats: ofContainer(async (task) => {
      const own = task.observed.containers.filter(
        ({ name, runtimeId }) => runtimeId !== undefined && !isInternal(name),
      );
      const measured = await Promise.all(
        own.map(async ({ name, runtimeId }) => [runtimeId, await statsOf(task, name)]),
      );
      return Object.fromEntries(measured) as object;
    }),
    async credentials(id) {
      const found = await visitor(id);
      const arn = found?.task.spec.roleArn;
      const role = arn === undefined ? undefined : roleNameOf(arn);
      if (found?.kind !== "role" || role === undefined || found.task.observed.status === "STOPPED") return undefined;
      const { account } = clusterParts(found.task.cluster);
      const expiresAt = expiryOf(clock.now());
      const made = roleCredentials({ account, role, name: found.task.id, expiresAt }, secret);
      return {
        RoleArn: arn,
        AccessKeyId: made.accessKeyId,
        SecretAccessKey: made.secretAccessKey,
        Token: made.sessionToken,
        Expiration: new Date(expiresAt).toISOString().replace(/\.\d+Z$/, "Z"),
      };
    },
  };
};
