import type { Host, HostDeclaration, HostHealth, HostState, HostView } from "../../fleet/model/host.ts";
import { type Fields, fieldsOf, jsonField, numberField, textField, wordField } from "./fields.ts";
import { KEYS } from "./keys.ts";

const STATES: readonly HostState[] = ["ACTIVE", "DRAINING", "INACTIVE"];
const HEALTHS: readonly HostHealth[] = ["CONNECTED", "DISCONNECTED", "LOST"];

/** The members of a declaration that scripts need not see, kept as one text. */
type FixedHost = Pick<
  Host,
  "instanceId" | "ec2InstanceId" | "engine" | "engineVersion" | "registry" | "subnet" | "source"
>;

const fixedOf = ({ instanceId, ec2InstanceId, engine, engineVersion, registry, subnet, source }: HostDeclaration) =>
  ({
    instanceId,
    ec2InstanceId,
    engine,
    engineVersion,
    source,
    ...(registry !== undefined && { registry }),
    ...(subnet !== undefined && { subnet }),
  }) satisfies FixedHost;

/** A declaration as `register-host.lua` takes it. */
export const registerArguments = (host: HostDeclaration, at: number): (string | number)[] => [
  host.id,
  host.cluster,
  host.engineId,
  host.publishAddress,
  host.declared.cpuUnits,
  host.declared.memoryMiB,
  JSON.stringify(fixedOf(host)),
  JSON.stringify(host.tags),
  JSON.stringify(Object.keys(host.attributes)),
  at,
  ...Object.entries(host.attributes).flat(),
];

/** One host as `hosts.lua` answers it. */
export type HostAnswer = readonly (readonly string[])[];

const numbers = (fields: Fields, key: string): Record<string, number> =>
  Object.fromEntries([...fields.keys()].map((name) => [name, numberField(fields, name, key)]));

/** A host with its account; `undefined` where there is none. Throws BrokenRecordError. */
export const hostOfAnswer = (id: HostView["id"], answer: HostAnswer): HostView | undefined => {
  const [host = [], attributes = [], ports = [], groups = []] = answer;
  if (host.length === 0) return undefined;
  const key = KEYS.host + id;
  const fields = fieldsOf(host);
  const fixed = jsonField<FixedHost>(fields, "fixed", key);
  return {
    id,
    ...fixed,
    cluster: textField(fields, "cluster", key) as HostView["cluster"],
    engineId: textField(fields, "engineId", key) as HostView["engineId"],
    publishAddress: textField(fields, "publishAddress", key),
    declared: {
      cpuUnits: numberField(fields, "declaredCpu", key),
      memoryMiB: numberField(fields, "declaredMemory", key),
    },
    attributes: Object.fromEntries(fieldsOf(attributes)),
    declaredAttributes: jsonField<readonly string[]>(fields, "attributeNames", key),
    tags: jsonField<HostView["tags"]>(fields, "tags", key),
    state: wordField(fields, "state", STATES, key),
    health: wordField(fields, "health", HEALTHS, key),
    registeredAt: numberField(fields, "registeredAt", key),
    ...(fields.has("disconnectedAt") && { disconnectedAt: numberField(fields, "disconnectedAt", key) }),
    ...(fields.has("network") && { network: textField(fields, "network", key) }),
    ledger: {
      free: { cpuUnits: numberField(fields, "freeCpu", key), memoryMiB: numberField(fields, "freeMemory", key) },
      ports: Object.fromEntries(fieldsOf(ports)),
      groups: numbers(fieldsOf(groups), KEYS.host_groups + id),
      runningTasks: numberField(fields, "runningTasks", key),
      pendingTasks: numberField(fields, "pendingTasks", key),
    },
  };
};
