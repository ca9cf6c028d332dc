import { JOB_STATUSES, type JobStatus } from "./states.ts";

/** An array's children as they are kept. */
export interface Children {
  readonly size: number;
  /**
   * Four bits a child, the first one in the high half of the first byte: where its status stands among JOB_STATUSES, 0 until it is met for
   * the first time. Missing bytes stand for zeros.
   */
  readonly bits: Uint8Array;
  /** Whether its dependencies are met: its children have been let into the queue. */
  readonly isOpen: boolean;
  /** Whether each child has dependencies of its own, SEQUENTIAL or N_TO_N. */
  readonly isEach: boolean;
  /** Whether children that were never met were ended with their parent. */
  readonly isCut: boolean;
}

/** One child's status. A child nobody has met yet is what its array is. */
export const childStatus = ({ bits, isOpen, isEach, isCut }: Children, index: number): JobStatus => {
  const byte = bits[index >> 1] ?? 0;
  const status = JOB_STATUSES[index % 2 === 0 ? byte >> 4 : byte & 15];
  if (status !== undefined && status !== "SUBMITTED") return status;
  if (isCut) return "FAILED";
  return isOpen && !isEach ? "RUNNABLE" : "PENDING";
};

/** Indexes of the children of a status, or of all, from an index on. */
export const childrenOf = (
  children: Children,
  status: JobStatus | undefined,
  from: number,
  limit: number,
): number[] => {
  const found: number[] = [];
  for (let index = from; index < children.size && found.length < limit; index += 1)
    if (status === undefined || childStatus(children, index) === status) found.push(index);
  return found;
};
