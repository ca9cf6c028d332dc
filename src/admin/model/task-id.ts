import type { TaskId } from "../../fleet/index.ts";

/** A task's id out of an id or an ARN: what stands after the last slash. */
export const taskIdOf = (idOrArn: string): TaskId => idOrArn.slice(idOrArn.lastIndexOf("/") + 1) as TaskId;
