import { ClientException } from "./errors.ts";

/** EC2's bounds of a task's cpu, in units of which 1024 are one core. */
const MIN_TASK_CPU = 128;
const MAX_TASK_CPU = 196_608;

/** CPU units of `256`, `.25 vCPU` or `1 vcpu`. Throws ClientException. */
export const taskCpuUnits = (text: string): number => {
  const parsed = /^\s*(\d+|\d*\.\d+)\s*(vcpus?)?\s*$/i.exec(text);
  const units = parsed ? Number(parsed[1]) * (parsed[2] ? 1024 : 1) : Number.NaN;
  if (!Number.isInteger(units) || units < MIN_TASK_CPU || units > MAX_TASK_CPU)
    throw new ClientException(
      `Invalid 'cpu' setting for task: ${text}. It is a whole number of CPU units from ${MIN_TASK_CPU} to ${MAX_TASK_CPU}, or vCPUs as in '.25 vCPU'.`,
    );
  return units;
};

/** MiB of `512`, `0.5 GB` or `1GB`. Throws ClientException. */
export const taskMemoryMiB = (text: string): number => {
  const parsed = /^\s*(\d+|\d*\.\d+)\s*(gi?b|mi?b)?\s*$/i.exec(text);
  const scale = parsed?.[2]?.toLowerCase().startsWith("g") ? 1024 : 1;
  const amount = parsed ? Number(parsed[1]) * scale : Number.NaN;
  if (!Number.isInteger(amount) || amount < MIN_MEMORY_MIB)
    throw new ClientException(
      `Invalid 'memory' setting for task: ${text}. It is a whole number of MiB, at least ${MIN_MEMORY_MIB}, or GB as in '0.5 GB'.`,
    );
  return amount;
};

/** Docker's own lower bound of a container's memory. */
export const MIN_MEMORY_MIB = 6;

/** Docker's CpuShares for a container's cpu: the kernel takes 2 to 262144; null, 0 and 1 become 2, as the ECS agent does. */
export const cpuShares = (cpu: number | undefined): number => Math.min(Math.max(cpu ?? 0, 2), 262_144);
