import { setTimeout as sleep } from "node:timers/promises";
import type { Deployment, Service } from "@aws-sdk/client-ecs";
import type { Ecs } from "../ecs.ts";
import { CliError } from "../failure.ts";
import type { Out } from "../out.ts";
import { patience } from "../patience.ts";
import { rollLine } from "../views/services.ts";
import { lastOf } from "../views/words.ts";

const LOOK_AGAIN_MS = 500;

/** How a roll ended. */
export type RollEnd =
  /** Every task is of that deployment, and healthy. */
  | "steady"
  /** The service went back to an earlier deployment, and is steady there. */
  | "rolled back"
  /** It was given up, and nothing was gone back to. */
  | "failed"
  /** Somebody deployed something else meanwhile, or deleted the service. */
  | "superseded";

/** How a roll stands that is told by its deployment's id and time; `undefined` while it is under way. */
export const rollEnd = (
  service: Service,
  { id, createdAt }: Pick<Deployment, "id" | "createdAt">,
): RollEnd | undefined => {
  const { deployments = [], status } = service;
  const primary = deployments.find((one) => one.status === "PRIMARY");
  if (status !== "ACTIVE" || !primary) return "superseded";
  if (primary.id === id) {
    if (primary.rolloutState === "FAILED") return "failed";
    return primary.rolloutState === "COMPLETED" && deployments.length === 1 ? "steady" : undefined;
  }
  // Whoever goes back goes to an older deployment; a newer one is somebody else's.
  if ((primary.createdAt?.getTime() ?? 0) > (createdAt?.getTime() ?? 0)) return "superseded";
  if (primary.rolloutState === "FAILED") return "failed";
  return primary.rolloutState === "COMPLETED" ? "rolled back" : undefined;
};

/** The service that is followed, and what was known of it at the beginning. */
export interface Rolling {
  readonly cluster: string;
  readonly service: string;
  readonly deployment: Pick<Deployment, "id" | "createdAt">;
  /** Ids of events that were there before: those after it are told. */
  readonly told: Iterable<string | undefined>;
}

/**
 * Tells what a service says while it rolls, with a line of how it stands, until it is over. A control plane that is away meanwhile is waited
 * for. Rejects with the signal's reason when it aborts, with CliError when the service is gone.
 */
export const followRoll = async (
  { ecs, out, signal }: { readonly ecs: Ecs; readonly out: Out; readonly signal: AbortSignal },
  { cluster, service: name, deployment, told }: Rolling,
): Promise<{ readonly end: RollEnd; readonly service: Service }> => {
  const known = new Set(told);
  const patient = patience(signal);
  for (;;) {
    signal.throwIfAborted();
    const answer = await ecs.describeServices({ cluster, services: [name] }).catch(patient.wait);
    if (!answer) continue;
    patient.wasAnswered();
    const [service] = answer.services ?? [];
    if (!service) throw new CliError(`service ${name} of cluster ${lastOf(cluster)} is gone`);
    for (const { id, message = "" } of (service.events ?? []).toReversed()) {
      if (known.has(id)) continue;
      known.add(id);
      out.note(message);
    }
    const end = rollEnd(service, deployment);
    out.progress(end ? "" : rollLine(service));
    if (end) return { end, service };
    await sleep(LOOK_AGAIN_MS, undefined, { signal });
  }
};
