import { Type } from "typebox";
import { clusterId, clusterParts, type Fleet, type Task } from "../../fleet/index.ts";
import { type OwnOperation, ownOperation } from "../../kernel/own-operation.ts";
import type { Scope } from "../../kernel/scope.ts";
import { interruptSpot, type SpotSettings } from "../interrupt-spot.ts";
import { chargeOf, PRICES_NOTE } from "../model/charge.ts";
import { InvalidParameterException, ResourceNotFoundException } from "../model/errors.ts";
import { taskArn } from "../model/identifiers.ts";
import { CLUSTER_TERM, nameOfClusterId } from "../model/store-keys.ts";
import { detailsOf, isEcsTask, TERM } from "../model/task-details.ts";
import type { EcsDeps } from "../ports.ts";

type FargateDeps = Pick<EcsDeps, "clusters" | "fleet" | "clock"> & { readonly spot: SpotSettings };

/** Berth's own operations about Fargate: what AWS's capacity and bills do by themselves. */
export const fargateOwnOperations = ({ clusters, fleet, clock, spot }: FargateDeps): OwnOperation[] => [
  ownOperation({
    name: "InterruptSpotTask",
    summary: "Takes back the capacity of a task on FARGATE_SPOT: TERM, the notice, KILL",
    method: "POST",
    path: "/tasks/{id}/spot-interruption",
    params: Type.Object({ id: Type.String({ minLength: 1, description: "A task's id or ARN" }) }),
    answer: "json",
    status: 200,
    output: Type.Object({ taskArn: Type.String(), noticeSeconds: Type.Number() }),
    async handle({ params }) {
      const id = params.id.slice(params.id.lastIndexOf("/") + 1) as Task["id"];
      const [task] = await fleet.tasks([id]);
      if (!task || !isEcsTask(task)) throw new ResourceNotFoundException(`There is no task ${params.id}.`);
      if (detailsOf(task).capacityProviderName !== "FARGATE_SPOT")
        throw new InvalidParameterException(`Task ${id} does not run on FARGATE_SPOT.`);
      if (task.desired === "STOPPED") throw new InvalidParameterException(`Task ${id} stops or has stopped already.`);
      await interruptSpot(fleet, spot, id);
      return { taskArn: arnOfTask(task), noticeSeconds: spot.noticeSeconds };
    },
  }),
  ownOperation({
    name: "ListFargateCharges",
    summary: `What each task on Fargate has cost by now (${PRICES_NOTE}), as long as tasks are on record`,
    method: "GET",
    path: "/fargate/charges",
    answer: "json",
    status: 200,
    output: Type.Object({
      prices: Type.String(),
      tasks: Type.Array(Type.Object({ taskArn: Type.String(), seconds: Type.Number(), dollars: Type.Number() })),
    }),
    async handle({ caller }) {
      const names = (await clusters.find([CLUSTER_TERM.scopeStatus(caller, "ACTIVE")])).map(nameOfClusterId);
      const tasks = (await Promise.all(names.map((name) => onFargate(fleet, caller, name)))).flat();
      return { prices: PRICES_NOTE, tasks: tasks.map((task) => charged(task, clock.now())) };
    },
  }),
];

const onFargate = async (fleet: Fleet, scope: Scope, cluster: string): Promise<Task[]> => {
  const ids = await fleet.findTasks(clusterId(scope, cluster), [TERM.launchType("FARGATE")]);
  return (await fleet.tasks(ids)).flatMap((task) => task ?? []);
};

const arnOfTask = (task: Task): string => {
  const { name, ...scope } = clusterParts(task.cluster);
  return taskArn(scope, name, task.id);
};

const charged = (task: Task, now: number) => {
  const { fargate, capacityProviderName } = detailsOf(task);
  const { reserve } = task.spec;
  const { pullStartedAt, stoppedAt } = task.observed;
  const charge = chargeOf(
    {
      ...reserve,
      architecture: fargate?.architecture ?? "X86_64",
      ephemeralStorageGiB: fargate?.ephemeralStorageGiB ?? 0,
      isSpot: capacityProviderName === "FARGATE_SPOT",
      pullStartedAt,
      stoppedAt,
    },
    now,
  );
  return { taskArn: arnOfTask(task), ...charge };
};
