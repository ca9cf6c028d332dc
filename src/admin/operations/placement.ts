import { Type } from "typebox";
import { type OwnOperation, ownOperation } from "../../kernel/own-operation.ts";
import { ResourceNotFoundException } from "../model/errors.ts";
import { taskIdOf } from "../model/task-id.ts";
import type { AdminDeps } from "../ports.ts";
import { placementRecord, taskParams } from "./schemas.ts";

/** Why tasks are where they are, or nowhere. */
export const placementOperations = ({ fleet }: Pick<AdminDeps, "fleet">): OwnOperation[] => [
  ownOperation({
    name: "DescribePlacement",
    summary: "Why a task is on its host: which hosts were considered, what filtered them out, how the rest ranked",
    method: "GET",
    path: "/tasks/{id}/placement",
    params: taskParams,
    answer: "json",
    status: 200,
    output: placementRecord,
    async handle({ params }) {
      const id = taskIdOf(params.id);
      const [record, [task]] = await Promise.all([fleet.placement(id), fleet.tasks([id])]);
      if (!record) throw new ResourceNotFoundException("task with a placement on record", params.id);
      const limitsHeldBy = task?.observed.limitsHeldBy;
      return { ...record, ...(limitsHeldBy && { limitsHeldBy }) };
    },
  }),
  ownOperation({
    name: "ListRefusals",
    summary: "Placements that found no host: of one request, or the last one",
    method: "GET",
    path: "/placements/refusals",
    query: Type.Object({ request: Type.Optional(Type.String({ minLength: 1 })) }, { additionalProperties: false }),
    answer: "json",
    status: 200,
    output: Type.Array(placementRecord),
    handle: ({ query }) => fleet.refusals(query.request),
  }),
];
