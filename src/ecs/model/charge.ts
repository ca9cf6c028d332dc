/** Dollars an hour for a vCPU, a GB of memory, and a GB of storage beyond what is included. */
interface Prices {
  readonly vcpu: number;
  readonly memory: number;
  readonly storage: number;
}

const STORAGE = 0.000_111;

/** List prices of us-east-1, as third-party pages tell them: check AWS's own. */
const LIST_PRICES: Readonly<Record<"X86_64" | "ARM64", Prices>> = {
  X86_64: { vcpu: 0.040_48, memory: 0.004_445, storage: STORAGE },
  ARM64: { vcpu: 0.032_38, memory: 0.003_56, storage: STORAGE },
};

/** What stands beside every charge. */
export const PRICES_NOTE = "list prices of us-east-1, check AWS";

const SPOT_DISCOUNT = 0.7;
const MINIMUM_SECONDS = 60;
const INCLUDED_STORAGE_GIB = 20;

export interface ChargedTask {
  readonly cpuUnits: number;
  readonly memoryMiB: number;
  readonly architecture: "X86_64" | "ARM64";
  readonly ephemeralStorageGiB: number;
  readonly isSpot: boolean;
  /** Absent: nothing is charged yet. */
  readonly pullStartedAt?: number | undefined;
  readonly stoppedAt?: number | undefined;
}

/** What a task on Fargate has cost by now, and for how many seconds: from the start of the pull to its end, at least a minute. */
export const chargeOf = (task: ChargedTask, now: number): { readonly seconds: number; readonly dollars: number } => {
  if (task.pullStartedAt === undefined) return { seconds: 0, dollars: 0 };
  const lasted = Math.ceil(((task.stoppedAt ?? now) - task.pullStartedAt) / 1000);
  const seconds = Math.max(MINIMUM_SECONDS, lasted);
  const prices = LIST_PRICES[task.architecture];
  const storage = Math.max(0, task.ephemeralStorageGiB - INCLUDED_STORAGE_GIB) * prices.storage;
  const capacity = (task.cpuUnits / 1024) * prices.vcpu + (task.memoryMiB / 1024) * prices.memory;
  const anHour = capacity * (task.isSpot ? 1 - SPOT_DISCOUNT : 1) + storage;
  return { seconds, dollars: (anHour * seconds) / 3600 };
};
