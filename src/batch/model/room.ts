import type { HostId, Resources } from "../../fleet/index.ts";
import type { EnvironmentView, HostCapacity, PickedJob } from "./pick-input.ts";

/** A host's capacity while a decision goes on. */
interface Room extends HostCapacity {
  cpu: number;
  memory: number;
  /** Kept for a job of a queue of higher priority that waits for room. */
  isKept: boolean;
}

export type Rooms = ReadonlyMap<HostId, Room>;

export const roomsOf = (hosts: readonly HostCapacity[]): Rooms =>
  new Map(
    hosts.map((host) => [
      host.id,
      { ...host, cpu: host.free.cpuUnits, memory: host.free.memoryMiB, isKept: false } satisfies Room,
    ]),
  );

export const hostsOf = (rooms: Rooms, { hosts }: EnvironmentView): Room[] => hosts.flatMap((id) => rooms.get(id) ?? []);

const couldHold = ({ declared }: HostCapacity, needs: Resources): boolean =>
  declared.cpuUnits >= needs.cpuUnits && declared.memoryMiB >= needs.memoryMiB;

/** Whether some host that is there, whatever it holds now and whether it can be reached, is large enough. */
export const couldEverHold = (
  rooms: Rooms,
  environments: readonly EnvironmentView[],
  needs: Resources,
): "yes" | "no" | "no-hosts" => {
  const hosts = environments.flatMap((one) => hostsOf(rooms, one));
  if (hosts.length === 0) return "no-hosts";
  return hosts.some((host) => couldHold(host, needs)) ? "yes" : "no";
};

/** The host of an environment with the most CPU free among those with room, so that starts spread over hosts. */
const roomiest = (
  rooms: Rooms,
  environment: EnvironmentView,
  needs: Resources,
): { readonly best: Room | undefined; readonly among: PickedJob["among"] } => {
  let best: Room | undefined;
  let [hosts, withRoom] = [0, 0];
  for (const id of environment.hosts) {
    const room = rooms.get(id);
    if (room) hosts += 1;
    if (!room?.isOpen || room.isKept || room.cpu < needs.cpuUnits || room.memory < needs.memoryMiB) continue;
    withRoom += 1;
    if (!best || room.cpu > best.cpu || (room.cpu === best.cpu && room.memory > best.memory)) best = room;
  }
  return { best, among: { hosts, withRoom } };
};

/** Takes the job's share of a host of the first environment that has room now; `undefined` where none has. */
export const takeRoom = (
  rooms: Rooms,
  environments: readonly EnvironmentView[],
  needs: Resources,
): Omit<PickedJob, "job" | "queue"> | undefined => {
  for (const environment of environments) {
    if (!environment.isEnabled) continue;
    const { best: room, among } = roomiest(rooms, environment, needs);
    if (!room) continue;
    const freeCpu = room.cpu;
    room.cpu -= needs.cpuUnits;
    room.memory -= needs.memoryMiB;
    return { environment: environment.id, host: room.id, among, freeCpu };
  }
  return undefined;
};

/** Keeps the hosts that could hold a waiting job from queues of lower priority: else they would take every bit that comes free. */
export const keepRoom = (rooms: Rooms, environments: readonly EnvironmentView[], needs: Resources): void => {
  for (const room of environments.flatMap((one) => (one.isEnabled ? hostsOf(rooms, one) : [])))
    if (couldHold(room, needs)) room.isKept = true;
};
