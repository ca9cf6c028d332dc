/** What a host offers and a task takes: 1024 CPU units are one core, memory counts in MiB. */
export interface Resources {
  readonly cpuUnits: number;
  readonly memoryMiB: number;
}

export const subtractResources = (a: Resources, b: Resources): Resources => ({
  cpuUnits: a.cpuUnits - b.cpuUnits,
  memoryMiB: a.memoryMiB - b.memoryMiB,
});
