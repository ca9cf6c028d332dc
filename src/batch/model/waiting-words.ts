import type { Resources } from "../../fleet/index.ts";
import { type JobId, scopedName } from "./ids.ts";
import type { EnvironmentView, Reason } from "./pick-input.ts";
import { hostsOf, type Rooms } from "./room.ts";

/** Hosts that a sentence names; of more it says how many. */
const NAMED = 6;

const vcpus = (cpuUnits: number): string => `${Math.round((cpuUnits / 1024) * 100) / 100}`;
const amount = ({ cpuUnits, memoryMiB }: Resources): string => `${vcpus(cpuUnits)} vCPU and ${memoryMiB} MiB`;

const listed = (parts: readonly string[]): string =>
  parts.length <= NAMED
    ? parts.join("; ")
    : `${parts.slice(0, NAMED).join("; ")}; and ${parts.length - NAMED} hosts more`;

const roomsIn = (rooms: Rooms, environments: readonly EnvironmentView[]) => [
  ...new Map(environments.flatMap((one) => hostsOf(rooms, one)).map((room) => [room.id, room])).values(),
];

const namesOf = (environments: readonly EnvironmentView[]): string =>
  environments.map(({ id }) => scopedName(id).name).join(", ");

/** No host of the queue's environments is large enough. */
export const neverFits = (rooms: Rooms, environments: readonly EnvironmentView[], needs: Resources): Reason => ({
  code: "MISCONFIGURATION:JOB_RESOURCE_REQUIREMENT",
  text: `The job needs ${amount(needs)}, more than any host of its queue's environments has: ${listed(
    roomsIn(rooms, environments).map(({ id, declared }) => `${id} has ${amount(declared)}`),
  )}. It is set aside until a larger host comes and holds up nobody.`,
});

export const noHosts = (environments: readonly EnvironmentView[]): Reason => ({
  code: "CAPACITY:INSUFFICIENT_INSTANCE_CAPACITY",
  text: `${environments.length === 0 ? "The queue has no environment" : `No host is in ${namesOf(environments)}`}.`,
});

export const noEnvironment = (environments: readonly EnvironmentView[]): Reason => ({
  code: "MISCONFIGURATION:COMPUTE_ENVIRONMENT_DISABLED",
  text: `Every environment of the queue is DISABLED: ${namesOf(environments)}.`,
});

export const queueDisabled: Reason = { code: "JOB_QUEUE:DISABLED", text: "The queue is DISABLED: it starts nothing." };

/** Room is what it lacks, now. */
export const noRoom = (rooms: Rooms, environments: readonly EnvironmentView[], needs: Resources): Reason => ({
  code: "CAPACITY:INSUFFICIENT_INSTANCE_CAPACITY",
  text: `The job needs ${amount(needs)}; ${listed(
    roomsIn(rooms, environments).map(({ id, isOpen, isKept, cpu, memory, declared }) => {
      if (!isOpen) return `${id} takes no tasks now`;
      const free = `${id} has ${amount({ cpuUnits: cpu, memoryMiB: memory })} free of ${amount(declared)}`;
      return isKept ? `${free}, kept for a queue of higher priority` : free;
    }),
  )}.`,
});

export const reserved = (needs: Resources, usedCpu: number, usableCpu: number): Reason => ({
  code: "CAPACITY:COMPUTE_RESERVATION",
  text: `The job needs ${vcpus(needs.cpuUnits)} vCPU; shares in use hold ${vcpus(usedCpu)} of the ${vcpus(
    usableCpu,
  )} that the policy's computeReservation leaves them.`,
});

export const behind = (job: JobId, reason: Reason): Reason => ({
  code: reason.code,
  text: `It waits behind job ${job}. ${reason.text}`,
});
