import type { TaskDoors } from "../../src/fleet/model/task-doors.ts";

/** Containers that cannot reach Berth. */
export const noDoors: TaskDoors = { open: async () => undefined, mend: async () => undefined, close: () => {} };
