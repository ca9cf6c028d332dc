/** What a cgroup is held to; absent is no limit of its own. */
export interface GroupLimits {
  readonly cpuUnits?: number;
  readonly memoryMiB?: number;
}

export const CPU_PERIOD_US = 100_000;
/** The kernel takes no shorter quota. */
const LEAST_QUOTA_US = 1_000;

/** CPU time in each period: 1024 units are one core. */
export const quotaUs = (cpuUnits: number): number =>
  Math.max(LEAST_QUOTA_US, Math.floor((cpuUnits / 1024) * CPU_PERIOD_US));

export const memoryBytes = (memoryMiB: number): number => memoryMiB * 1_048_576;

/** A task is never given more than its slice: on v1 the kernel refuses a child's quota over its parent's. */
export const withinSlice = (task: GroupLimits, slice: Required<GroupLimits>): GroupLimits => ({
  ...(task.cpuUnits === undefined ? {} : { cpuUnits: Math.min(task.cpuUnits, slice.cpuUnits) }),
  ...(task.memoryMiB === undefined ? {} : { memoryMiB: Math.min(task.memoryMiB, slice.memoryMiB) }),
});
