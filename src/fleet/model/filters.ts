import { attributeOf, type HeldAddresses, type HeldPorts, tasksOfGroup, zoneOf } from "./cluster-view.ts";
import type { HostView } from "./host.ts";
import type { Lack } from "./placement.ts";
import { DYNAMIC_PORTS, rangeSize } from "./port-range.ts";
import { freeDynamicPorts, holderOf } from "./port-space.ts";
import type { PortWant } from "./port-wants.ts";
import { portKey } from "./ports.ts";
import { matchesQuery } from "./query/evaluate.ts";
import type { ParsedQuery } from "./query/parse.ts";
import type { Resources } from "./resources.ts";
import { freeTaskAddresses, taskAddresses } from "./subnet.ts";
import type { Protocol } from "./task-spec.ts";

/** What a task asks of a host, made ready once for all hosts. */
export interface Need {
  readonly reserve: Resources;
  readonly wants: readonly PortWant[];
  /** Ports that the task asks for more than once, as `tcp/8080`. */
  readonly askedTwice: readonly string[];
  /** Whether it is to have an address of its own. */
  readonly address: boolean;
  /** Any where absent. */
  readonly zones?: readonly string[] | undefined;
  readonly group: string;
  readonly attributes: readonly { readonly name: string; readonly value?: string }[];
  readonly distinctInstance: boolean;
  readonly memberOf: readonly { readonly expression: string; readonly parsed: ParsedQuery }[];
}

/** A host as a filter sees it: with the ports that are in the way of the task's claims on it. */
export interface Candidate {
  readonly host: HostView;
  readonly held: readonly HeldPorts[];
  /** Where the task would have its address. */
  readonly lan: { readonly subnet: string } | undefined;
  /** Addresses that tasks on its engine hold. */
  readonly addresses: HeldAddresses;
}

/** Finds what a host lacks for a task; `undefined` where it lacks nothing of the kind. */
export type Filter = (candidate: Candidate, need: Need) => Lack | undefined;

const count = (figure: number, noun: string): string => `${figure} ${noun}${figure === 1 ? "" : "s"}`;

const isActive: Filter = ({ host }) =>
  host.state === "ACTIVE" ? undefined : { reason: "INACTIVE", detail: `is ${host.state} and takes no new task` };

const SILENT = {
  DISCONNECTED: "its engine is DISCONNECTED: it does not answer, or was not asked yet",
  LOST: "its engine is LOST",
};

const isConnected: Filter = ({ host }) =>
  host.health === "CONNECTED" ? undefined : { reason: "AGENT", detail: SILENT[host.health] };

const shortage = (
  reason: Lack["reason"],
  unit: string,
  { needed, free, declared }: { needed: number; free: number; declared: number },
): Lack | undefined => {
  if (needed <= free) return undefined;
  const figures = { reason, needed, free, declared };
  return needed > declared
    ? { ...figures, never: true, detail: `needs ${needed} ${unit}, the whole host has ${declared}` }
    : { ...figures, detail: `needs ${needed} ${unit}, ${free} ${unit} free of ${declared}` };
};

const hasCpu: Filter = ({ host }, { reserve }) =>
  shortage("RESOURCE:CPU", "CPU units", {
    needed: reserve.cpuUnits,
    free: host.ledger.free.cpuUnits,
    declared: host.declared.cpuUnits,
  });

const hasMemory: Filter = ({ host }, { reserve }) =>
  shortage("RESOURCE:MEMORY", "MiB", {
    needed: reserve.memoryMiB,
    free: host.ledger.free.memoryMiB,
    declared: host.declared.memoryMiB,
  });

const lacksDynamicPorts = ({ held }: Candidate, wants: readonly PortWant[], protocol: Protocol): Lack | undefined => {
  const needed = wants.filter((want) => want.hostPort === 0 && want.protocol === protocol).length;
  // Counting exactly is dear and seldom needed: with few ports held there are always enough.
  const atMostTaken = held.reduce((sum, ports) => sum + Object.keys(ports).length, wants.length);
  if (needed === 0 || needed <= rangeSize(DYNAMIC_PORTS) - atMostTaken) return undefined;
  const free = freeDynamicPorts(held, wants, protocol);
  if (needed <= free) return undefined;
  return {
    reason: "RESOURCE:PORTS",
    needed,
    free,
    detail: `needs ${count(needed, `free ${protocol} port`)}, has ${free}`,
  };
};

const hasPorts: Filter = (candidate, { wants, askedTwice }) => {
  if (wants.length === 0) return undefined;
  if (askedTwice.length > 0) {
    return {
      reason: "RESOURCE:PORTS",
      never: true,
      detail: `the task asks for ${askedTwice.join(", ")} more than once`,
    };
  }
  const conflicts = wants
    .filter(({ hostPort }) => hostPort !== 0)
    .map((want) => ({ key: portKey(want), holder: holderOf(candidate.held, portKey(want)) }))
    .filter(({ holder }) => holder !== undefined);
  if (conflicts.length > 0) {
    return {
      reason: "RESOURCE:PORTS",
      detail: conflicts.map(({ key, holder }) => `port ${key} is held by ${holder}`).join(", "),
    };
  }
  return lacksDynamicPorts(candidate, wants, "tcp") ?? lacksDynamicPorts(candidate, wants, "udp");
};

const hasAddress: Filter = ({ lan, addresses }, { address }) => {
  if (!address) return undefined;
  if (lan === undefined) {
    return { reason: "RESOURCE:ENI", detail: "its engine has no network of the cluster in which tasks have addresses" };
  }
  const free = freeTaskAddresses(lan.subnet, addresses);
  if (free > 0) return undefined;
  return {
    reason: "RESOURCE:ENI",
    needed: 1,
    free,
    declared: taskAddresses(lan.subnet),
    detail: `needs an address of ${lan.subnet}, all ${taskAddresses(lan.subnet)} for tasks are held`,
  };
};

const isInZone: Filter = ({ host }, { zones }) => {
  const zone = zoneOf(host);
  // A host without a zone of its own, one of Fargate, stands in whichever is asked.
  if (zones === undefined || zone === "" || zones.includes(zone)) return undefined;
  return { reason: "ATTRIBUTE", detail: `is in zone ${zone}, and the subnets given are in ${zones.join(", ")}` };
};

const hasAttributes: Filter = ({ host }, { attributes }) => {
  const missing = attributes.find(({ name, value }) => {
    const found = attributeOf(host, name);
    return found === undefined || (value !== undefined && found !== value);
  });
  if (!missing) return undefined;
  const { name, value } = missing;
  return {
    reason: "ATTRIBUTE",
    detail: `lacks attribute ${name}${value === undefined ? "" : ` with value "${value}"`}`,
  };
};

const isDistinct: Filter = ({ host }, { distinctInstance, group }) => {
  const running = tasksOfGroup(host, group);
  if (!distinctInstance || running === 0) return undefined;
  return { reason: "DISTINCT_INSTANCE", detail: `already has ${count(running, "task")} of group ${group}` };
};

const isMember: Filter = ({ host }, { memberOf }) => {
  const failed = memberOf.find(({ parsed }) => !parsed.ok || !matchesQuery(parsed.query, host));
  if (!failed) return undefined;
  return failed.parsed.ok
    ? { reason: "MEMBER_OF", detail: `does not match ${failed.expression}` }
    : { reason: "MEMBER_OF", never: true, detail: `the expression does not parse: ${failed.parsed.message}` };
};

/** In the order in which they are told: first what the host is, then what it has, then what is constrained. */
export const FILTERS: readonly Filter[] = [
  isActive,
  isConnected,
  hasCpu,
  hasMemory,
  hasPorts,
  hasAddress,
  isInZone,
  hasAttributes,
  isDistinct,
  isMember,
];

// Most hosts lack nothing: one list for all of them keeps ten thousand hosts cheap.
const NOTHING: readonly Lack[] = [];

/** All that a host lacks for a task, so that the explanation is whole; empty where it fits. */
export const lacksOf = (candidate: Candidate, need: Need): readonly Lack[] => {
  let lacks = NOTHING;
  for (const filter of FILTERS) {
    const lack = filter(candidate, need);
    if (lack) lacks = [...lacks, lack];
  }
  return lacks;
};
