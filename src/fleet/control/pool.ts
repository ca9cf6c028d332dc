import type { Clock } from "../../kernel/clock.ts";
import type { HostDeclaration } from "../model/host.ts";
import type { HostId } from "../model/ids.ts";
import { LEAVING, type PoolChanges, poolChanges } from "../model/pool-changes.ts";
import type { HostStore } from "../ports.ts";

/** Brings the pool to what is declared, and tells what it changed. May be repeated. */
export const applyPool = async (
  { hosts, clock }: { readonly hosts: HostStore; readonly clock: Clock },
  declared: readonly HostDeclaration[],
  named: ReadonlySet<string>,
): Promise<PoolChanges> => {
  const changes = poolChanges(declared, named, await hosts.list());
  for (const declaration of changes.register) await hosts.register(declaration, clock.now());
  for (const id of changes.reactivate) {
    await hosts.setAttributes(id, { [LEAVING]: undefined }, clock.now());
    await hosts.setState(id, "ACTIVE", clock.now());
  }
  for (const id of changes.drain) await leave(hosts, id, clock.now());
  // One that got a task in between stays and drains, and goes the next time.
  for (const id of changes.remove) if (!(await hosts.remove(id, clock.now()))) await leave(hosts, id, clock.now());
  return changes;
};

const leave = async (hosts: HostStore, id: HostId, at: number): Promise<void> => {
  await hosts.setAttributes(id, { [LEAVING]: "" }, at);
  await hosts.setState(id, "DRAINING", at);
};
