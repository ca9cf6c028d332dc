import type { Clock } from "../../kernel/clock.ts";
import type { Random } from "../../kernel/random.ts";
import type { Timers } from "../../kernel/timers.ts";
import type { SliceRequest } from "../fleet.ts";
import type { HostView } from "../model/host.ts";
import { hostIdentity } from "../model/host-identity.ts";
import { FARGATE, type HostId } from "../model/ids.ts";
import type { HostStore } from "../ports.ts";
import { isRemoved } from "./remove-host.ts";

/** A slice could not be made, with why. */
export class CannotAddSliceError extends Error {
  override readonly name = "CannotAddSliceError";
}

export interface SliceDeps {
  readonly hosts: HostStore;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly random: Random;
  readonly installation: string;
}

/** The first address beside a host's own, in its /24, that no host publishes on: two installations keep to networks of their own. */
const addressBeside = (address: string, hosts: readonly HostView[]): string => {
  const taken = new Set(hosts.map((host) => host.publishAddress));
  const network = address.split(".").slice(0, 3).join(".");
  const free = Array.from({ length: 254 }, (_, index) => `${network}.${index + 1}`).find((one) => !taken.has(one));
  if (free === undefined) throw new CannotAddSliceError(`All 254 addresses of ${network}.0/24 are taken by slices.`);
  return free;
};

/** Makes a host beside a known one, on the same engine: a ledger, a cgroup and an address of its own. */
export const addSlice = async (deps: SliceDeps, request: SliceRequest): Promise<HostView> => {
  const hosts = await deps.hosts.list();
  const besides = hosts.find(
    (host) =>
      !isRemoved(host) && host.cluster !== FARGATE && (request.besides === undefined || host.id === request.besides),
  );
  if (!besides)
    throw new CannotAddSliceError(
      request.besides === undefined
        ? "There is no host whose engine a slice could share; declare one in berth.yaml."
        : `There is no host ${request.besides}.`,
    );
  const id = request.id ?? (`slice-${deps.random.hex(8)}` as HostId);
  if (hosts.some((host) => host.id === id)) throw new CannotAddSliceError(`There is a host ${id} already.`);
  const registered = await deps.hosts.register(
    {
      id,
      ...hostIdentity(deps.installation, id),
      cluster: request.cluster,
      engine: besides.engine,
      engineId: besides.engineId,
      declared: request.resources,
      publishAddress: besides.publishAddress.startsWith("127.")
        ? addressBeside(besides.publishAddress, hosts)
        : besides.publishAddress,
      attributes: { ...builtIn(besides.attributes), ...request.attributes },
      tags: request.tags,
      // The network is the cluster's on that engine, whatever the slice.
      ...(besides.subnet !== undefined && besides.cluster === request.cluster && { subnet: besides.subnet }),
      engineVersion: besides.engineVersion,
      source: "api",
    },
    deps.clock.now(),
  );
  return whenConnected(deps, registered);
};

const LOOK_EVERY_MS = 50;
const LOOKS = 100;

/** A slice takes tasks once some control plane owns it: usually in a moment, and whoever asked for it wants to use it next. */
const whenConnected = async ({ hosts, timers }: SliceDeps, registered: HostView): Promise<HostView> => {
  let host = registered;
  for (let look = 0; look < LOOKS && host.health !== "CONNECTED"; look += 1) {
    if (!(await timers.wait(LOOK_EVERY_MS, NEVER))) break;
    host = (await hosts.get([registered.id]))[0] ?? host;
  }
  return host;
};

const NEVER = new AbortController().signal;

const builtIn = (attributes: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(attributes).filter(([name]) => /^(com\.amazonaws\.)?ecs\./.test(name)));
