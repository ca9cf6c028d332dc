import type { Volume } from "@aws-sdk/client-ecs";
import { type PlacementConstraint, reservationOf, type TaskSpec, type VolumeSpec } from "../../fleet/index.ts";
import type { Scope } from "../../kernel/scope.ts";
import { clusterArn } from "./identifiers.ts";
import type { TaskDefinitionMembers, TaskDefinitionRevision } from "./records.ts";
import { asContainerSpec } from "./translate-container.ts";

/**
 * A task definition, overrides applied (`members`), in the fleet's words. What cannot be said in them was refused before:
 * see refusals.ts and limits.ts.
 */
export const asTaskSpec = (
  { family, revision }: Pick<TaskDefinitionRevision, "family" | "revision">,
  members: TaskDefinitionMembers,
  cluster: Scope & { readonly name: string },
  launchType: "EC2" | "FARGATE" = "EC2",
): TaskSpec => {
  const { containerDefinitions = [], networkMode = "bridge", pidMode, ipcMode, volumes = [] } = members;
  const [taskCpu, taskMemory] = [members.cpu, members.memory].map((text) =>
    text === undefined ? undefined : Number(text),
  );
  const labels = {
    "com.amazonaws.ecs.cluster": clusterArn(cluster, cluster.name),
    "com.amazonaws.ecs.task-definition-family": family,
    "com.amazonaws.ecs.task-definition-version": String(revision),
  };
  return {
    networkMode,
    ...(members.taskRoleArn ? { roleArn: roleArn(members.taskRoleArn, cluster) } : {}),
    ...(pidMode === undefined ? {} : { pidMode }),
    ...(ipcMode === undefined ? {} : { ipcMode }),
    limits: {
      ...(taskCpu === undefined ? {} : { cpuUnits: taskCpu }),
      ...(taskMemory === undefined ? {} : { memoryMiB: taskMemory }),
    },
    reserve: reservationOf({ taskCpu, taskMemory, containers: containerDefinitions ?? [] }),
    volumes: (volumes ?? []).map(asVolumeSpec),
    containers: (containerDefinitions ?? [])
      .map((container) =>
        asContainerSpec(container, { ...labels, "com.amazonaws.ecs.container-name": container.name ?? "" }),
      )
      .map((spec) => ({ ...spec, environment: { ...AGENT_ENVIRONMENT[launchType](cluster), ...spec.environment } })),
  };
};

/** What the agent of each tells containers of where they run. */
const AGENT_ENVIRONMENT: Readonly<Record<"EC2" | "FARGATE", (scope: Scope) => Readonly<Record<string, string>>>> = {
  EC2: () => ({ AWS_EXECUTION_ENV: "AWS_ECS_EC2" }),
  FARGATE: ({ region }) => ({ AWS_EXECUTION_ENV: "AWS_ECS_FARGATE", AWS_REGION: region, AWS_DEFAULT_REGION: region }),
};

/** A role's short name is one of the account. */
const roleArn = (role: string, { account }: Scope): string =>
  role.startsWith("arn:") ? role : `arn:aws:iam::${account}:role/${role}`;

const asVolumeSpec = ({ name = "", host, dockerVolumeConfiguration: docker }: Volume): VolumeSpec => {
  if (host?.sourcePath) return { name, kind: "host", path: host.sourcePath };
  if (!docker) return { name, kind: "task" };
  const shared = docker.scope === "shared";
  return {
    name,
    kind: shared ? "shared" : "docker-task",
    ...(docker.driver === undefined ? {} : { driver: docker.driver }),
    driverOptions: docker.driverOpts ?? {},
    labels: docker.labels ?? {},
    // A task's own volume is always made; a shared one must exist unless this is asked for.
    autoprovision: shared ? (docker.autoprovision ?? false) : true,
  };
};

/** The definition's own constraints, which those of a request join. */
export const constraintsOf = ({ placementConstraints = [] }: TaskDefinitionMembers): PlacementConstraint[] =>
  (placementConstraints ?? []).map(({ expression = "" }) => ({ type: "memberOf", expression }));
