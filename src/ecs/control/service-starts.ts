import { failuresOf, type HostId, type HostView, type PlacementExplanation } from "../../fleet/index.ts";
import type { ServiceStart } from "../model/service/decision.ts";
import type { ServicePlacement } from "../model/service/placement-outcome.ts";
import type { ServiceRecord } from "../model/service/records.ts";
import { noCapacityWords, refusalWords } from "../model/service/refusal-words.ts";
import type { StartOn } from "../model/start-on.ts";
import { startsFor } from "../starts-for.ts";
import type { ServiceLoopDeps } from "./service-loop-deps.ts";
import type { Asked } from "./service-sight.ts";

/** What placement takes at once. */
const AT_ONCE = 10;

/** What came of it, and of which version the service is then; `isOutdated`: it had changed, and nothing more was asked. */
export interface Started extends ServicePlacement {
  readonly version: number;
  readonly isOutdated: boolean;
}

type Refusal = Omit<ServicePlacement, "started">;

interface Batch {
  readonly count: number;
  readonly onHosts?: HostId[];
}

/** How many are asked for at a time, and on which hosts if that is said. */
const batchesOf = (count: number, onHosts: ServiceStart["onHosts"]): Batch[] =>
  Array.from({ length: Math.ceil(count / AT_ONCE) }, (_, index) => {
    const hosts = onHosts?.slice(index * AT_ONCE, (index + 1) * AT_ONCE) as HostId[] | undefined;
    return hosts ? { count: hosts.length, onHosts: hosts } : { count: Math.min(AT_ONCE, count - index * AT_ONCE) };
  });

type Deps = Pick<ServiceLoopDeps, "fleet" | "failpoints" | "capacityProviders">;

/** What asks for the tasks, on record as that version. */
interface Asking {
  readonly id: string;
  readonly version: number;
  readonly value: Pick<ServiceRecord, "account" | "region">;
}

/**
 * Asks placement for a deployment's tasks, those of one capacity provider after those of another, ten at a time. Each placement is made only
 * while the service is of the version that asked for it, and makes it one more: so neither a crash nor a second keeper has a task started twice.
 */
export const startTasks = async (
  deps: Deps,
  service: Asking,
  { count, onHosts, beside }: ServiceStart,
  asked: Asked,
  hosts: readonly HostView[],
): Promise<Started> => {
  const started: string[] = [];
  let refusal: Refusal = {};
  let { version } = service;
  const outcome = (isOutdated: boolean): Started => ({ started, version, isOutdated, ...refusal });
  if (asked.type === "cannot") {
    refusal = { refusal: asked.why, told: { name: "SERVICE_TASK_CONFIGURATION_FAILURE", reason: asked.why } };
    return outcome(false);
  }
  for (const start of await startsFor(deps, asked.capacity, count, service.value, beside))
    for (const batch of batchesOf(start.count, onHosts)) {
      const answer = await place(deps, service.id, version, { ...asked.of(start.on), ...batch });
      if (answer.type === "conflict") return outcome(true);
      started.push(...answer.tasks.map(({ id }) => id));
      if (answer.tasks.length > 0) version += 1;
      const [first] = answer.refused;
      if (first) refusal = { ...wordsOf(first, start.on, hosts), ...refusal };
      // The tasks are equal: where one found no host, the next finds none either. A DAEMON's have each their own.
      if (!onHosts && first) break;
    }
  return outcome(false);
};

type Wanted = Omit<Parameters<Deps["fleet"]["place"]>[0], "requestId" | "wantedBy">;

const place = async ({ fleet, failpoints }: Deps, id: string, version: number, wanted: Wanted) => {
  await failpoints.hit("services.before-place");
  const wantedBy = { kind: "service", id, version };
  const answer = await fleet.place({ ...wanted, requestId: `${id}@${version}`, wantedBy });
  await failpoints.hit("services.placed");
  return answer;
};

const wordsOf = (refused: PlacementExplanation, { launchType }: StartOn, hosts: readonly HostView[]): Refusal => {
  const isFargate = launchType === "FARGATE";
  const reason = isFargate ? "RESOURCE:FARGATE" : failuresOf(refused)[0]?.reason;
  const told = { name: "SERVICE_TASK_PLACEMENT_FAILURE", ...(reason !== undefined && { reason }) } as const;
  return isFargate
    ? { refusal: noCapacityWords(refused), lead: ". Reason: ", told }
    : { refusal: refusalWords(refused, instanceIdIn(hosts)), told };
};

const instanceIdIn =
  (hosts: readonly HostView[]) =>
  (host: HostView["id"]): string =>
    hosts.find(({ id }) => id === host)?.instanceId ?? host;
