import { isDeepStrictEqual } from "node:util";
import type { HostDeclaration, HostView } from "./host.ts";
import type { HostId } from "./ids.ts";

/** Marks a host that left the file, or goes to another engine, while tasks still run on it: it drains, and goes when it is empty. */
export const LEAVING = "berth.leaving";

/** What must happen so that the pool is as declared. Hosts made at run time are not the file's business. */
export interface PoolChanges {
  readonly register: readonly HostDeclaration[];
  /** Left the file before and are declared again. */
  readonly reactivate: readonly HostId[];
  readonly drain: readonly HostId[];
  readonly remove: readonly HostId[];
}

const isEmpty = ({ ledger }: HostView): boolean => ledger.runningTasks + ledger.pendingTasks === 0;

/** `declared` are the hosts whose engines have answered, `named` the ids of all in the file. */
export const poolChanges = (
  declared: readonly HostDeclaration[],
  named: ReadonlySet<string>,
  pool: readonly HostView[],
): PoolChanges => {
  const known = new Map(pool.map((host) => [host.id, host]));
  const gone = pool.filter((host) => host.source === "config" && !named.has(host.id));
  // Its tasks are on the old engine, and nowhere else: they end there first.
  const moving = declared.flatMap((declaration) => {
    const host = known.get(declaration.id);
    return host && host.engineId !== declaration.engineId && !isEmpty(host) ? [host] : [];
  });
  const settled = declared.filter(({ id }) => !moving.some((host) => host.id === id));
  return {
    register: settled.filter((declaration) => !isAsDeclared(declaration, known.get(declaration.id))),
    reactivate: settled.flatMap(({ id }) => (known.get(id)?.attributes[LEAVING] === undefined ? [] : [id])),
    drain: [...gone, ...moving]
      .filter((host) => !isEmpty(host) && host.attributes[LEAVING] === undefined)
      .map(({ id }) => id),
    remove: gone.filter(isEmpty).map(({ id }) => id),
  };
};

/** What a declaration says, to tell whether the file changed it. Attributes put by users are not among it. */
const said = (host: HostDeclaration, attributeNames: readonly string[]): unknown => ({
  cluster: host.cluster,
  engine: host.engine,
  engineId: host.engineId,
  engineVersion: host.engineVersion,
  declared: host.declared,
  publishAddress: host.publishAddress,
  registry: host.registry,
  subnet: host.subnet,
  attributes: Object.fromEntries([...attributeNames].sort().map((name) => [name, host.attributes[name]])),
});

const isAsDeclared = (declaration: HostDeclaration, known: HostView | undefined): boolean =>
  known !== undefined &&
  known.state !== "INACTIVE" &&
  isDeepStrictEqual(
    said(declaration, Object.keys(declaration.attributes)),
    said(known, known.declaredAttributes ?? []),
  );
