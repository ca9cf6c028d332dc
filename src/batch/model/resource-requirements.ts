import type { ResourceRequirement } from "@aws-sdk/client-batch";
import { ClientException } from "./errors.ts";

/** Batch's own lower bound of a container's memory, in MiB. */
const MIN_MEMORY_MIB = 4;

/** What a job's container asks of its host. */
export interface JobSize {
  /** Whole ones, as Batch has it on EC2. */
  readonly vcpus: number;
  readonly memoryMiB: number;
}

interface Asking {
  /** Deprecated by AWS, and still taken. */
  readonly vcpus?: number | undefined;
  readonly memory?: number | undefined;
  readonly resourceRequirements?: readonly ResourceRequirement[] | undefined;
}

/**
 * The requirements that are said, by type: the list first, then the deprecated members. Checks each value by itself.
 * Throws ClientException; a GPU is refused by name, since none can be given to a container.
 */
export const requirementsOf = ({ vcpus, memory, resourceRequirements = [] }: Asking): Partial<JobSize> => {
  const said = new Map<string, string>();
  for (const { type = "VCPU", value = "" } of resourceRequirements) {
    if (type === "GPU")
      throw new ClientException(
        "resourceRequirements of type GPU are refused: Berth cannot give a GPU to a container.",
      );
    if (said.has(type)) throw new ClientException(`resourceRequirements name ${type} more than once.`);
    said.set(type, value);
  }
  const asked = {
    vcpus: said.get("VCPU") ?? (vcpus ? String(vcpus) : undefined),
    memory: said.get("MEMORY") ?? (memory ? String(memory) : undefined),
  };
  return {
    ...(asked.vcpus !== undefined && { vcpus: whole("VCPU", asked.vcpus, 1) }),
    ...(asked.memory !== undefined && { memoryMiB: whole("MEMORY", asked.memory, MIN_MEMORY_MIB) }),
  };
};

/** What a job definition must say in full. Throws ClientException, as AWS words it. */
export const sizeOf = (asking: Asking): JobSize => {
  const { vcpus, memoryMiB } = requirementsOf(asking);
  if (vcpus === undefined) throw new ClientException("Error executing request, Exception : vCPU is not provided.");
  if (memoryMiB === undefined)
    throw new ClientException("Error executing request, Exception : Memory is not provided.");
  return { vcpus, memoryMiB };
};

/** A size as `resourceRequirements` says it. */
export const asRequirements = ({ vcpus, memoryMiB }: JobSize): ResourceRequirement[] => [
  { type: "VCPU", value: String(vcpus) },
  { type: "MEMORY", value: String(memoryMiB) },
];

const whole = (type: string, text: string, least: number): number => {
  const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
  if (!(value >= least))
    throw new ClientException(
      `Error executing request, Exception : the value of ${type} is a whole number, at least ${least}, but was ${text.slice(0, 40)}.`,
    );
  return value;
};
