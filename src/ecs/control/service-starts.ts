import type { HostId, HostView, PlacementExplanation } from "../../fleet/index.ts";
import type { ServiceStart } from "../model/service/decision.ts";
import type { ServicePlacement } from "../model/service/placement-outcome.ts";
import { refusalWords } from "../model/service/refusal-words.ts";
import type { ServiceLoopDeps } from "./service-loop-deps.ts";
import type { Asked } from "./service-sight.ts";

/** What placement takes at once. */
const AT_ONCE = 10;

/** What came of it, and of which version the service is then; `isOutdated`: it had changed, and nothing more was asked. */
export interface Started extends ServicePlacement {
  readonly version: number;
  readonly isOutdated: boolean;
}

/** How many are asked for at a time, and on which hosts if that is said. */
const batchesOf = ({ count, onHosts }: ServiceStart): { count: number; onHosts?: HostId[] }[] =>
  Array.from({ length: Math.ceil(count / AT_ONCE) }, (_, index) => {
    const hosts = onHosts?.slice(index * AT_ONCE, (index + 1) * AT_ONCE) as HostId[] | undefined;
    return hosts ? { count: hosts.length, onHosts: hosts } : { count: Math.min(AT_ONCE, count - index * AT_ONCE) };
  });

/**
 * Asks placement for a deployment's tasks, ten at a time. Each placement is made only while the service is of the version that asked for it, and
 * makes it one more: so neither a crash nor a second keeper has a task started twice.
 */
export const startTasks = async (
  { fleet, failpoints }: Pick<ServiceLoopDeps, "fleet" | "failpoints">,
  service: { readonly id: string; readonly version: number },
  start: ServiceStart,
  asked: Asked,
  hosts: readonly HostView[],
): Promise<Started> => {
  const started: string[] = [];
  const refused: PlacementExplanation[] = [];
  let { version } = service;
  const outcome = (isOutdated: boolean): Started => {
    const why = asked.type === "cannot" ? asked.why : refused[0] && refusalWords(refused[0], instanceIdIn(hosts));
    return { started, version, isOutdated, ...(why !== undefined && { refusal: why }) };
  };
  if (asked.type === "cannot") return outcome(false);
  for (const batch of batchesOf(start)) {
    await failpoints.hit("services.before-place");
    const answer = await fleet.place({
      ...asked.asked,
      ...batch,
      requestId: `${service.id}@${version}`,
      wantedBy: { kind: "service", id: service.id, version },
    });
    await failpoints.hit("services.placed");
    if (answer.type === "conflict") return outcome(true);
    started.push(...answer.tasks.map(({ id }) => id));
    refused.push(...answer.refused);
    if (answer.tasks.length > 0) version += 1;
    // The tasks are equal: where one found no host, the next finds none either. A DAEMON's have each their own.
    if (!batch.onHosts && refused.length > 0) break;
  }
  return outcome(false);
};

const instanceIdIn =
  (hosts: readonly HostView[]) =>
  (host: HostView["id"]): string =>
    hosts.find(({ id }) => id === host)?.instanceId ?? host;
