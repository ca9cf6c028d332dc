import type { Resources } from "./resources.ts";

/** What a task's definition says of its size, with its overrides applied: CPU in units, memory in MiB. */
export interface AskedSize {
  readonly taskCpu?: number | undefined;
  readonly taskMemory?: number | undefined;
  readonly containers: readonly {
    readonly cpu?: number | undefined;
    /** Hard limit. */
    readonly memory?: number | undefined;
    /** Soft limit: where there is one, it is what placement subtracts. */
    readonly memoryReservation?: number | undefined;
  }[];
}

const sum = (figures: readonly number[]): number => figures.reduce((total, figure) => total + figure, 0);

/** What placement subtracts from a host: the task's own size, else the sum of its containers'. ECS's rules. */
export const reservationOf = ({ taskCpu, taskMemory, containers }: AskedSize): Resources => ({
  cpuUnits: taskCpu ?? sum(containers.map(({ cpu }) => cpu ?? 0)),
  memoryMiB: taskMemory ?? sum(containers.map(({ memory, memoryReservation }) => memoryReservation ?? memory ?? 0)),
});
