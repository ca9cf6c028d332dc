import { setTimeout as pause } from "node:timers/promises";
import type { ContainerInspectInfo } from "dockerode";
import type { ContainerPlan, ContainerStats, ObservedContainer } from "../../fleet/model/container-plan.ts";
import type { ContainerId } from "../../fleet/model/ids.ts";
import { type ContainerEngine, EngineError } from "../../fleet/ports.ts";
import type { Ask } from "./ask.ts";
import { createOptions } from "./create-options.ts";
import { inBatches } from "./in-batches.ts";
import { observedContainer } from "./inspection.ts";
import { haveLabels, labelFilters } from "./labels.ts";

// A busy engine starts two or three containers a second whatever is asked, and queues the rest.
const CREATE_WITHIN_MS = 60_000;
const START_WITHIN_MS = 120_000;
const REMOVE_WITHIN_MS = 60_000;
/** After the grace Docker kills and tidies up. */
const STOP_MARGIN_MS = 60_000;
const INSPECT_AT_ONCE = 16;

const pathOf = (container: string): string => `/containers/${encodeURIComponent(container)}`;

type ContainerVerbs = Pick<ContainerEngine, "create" | "start" | "stop" | "remove" | "inspect" | "stats" | "list">;

const inspectWith = async (ask: Ask, container: string): Promise<ObservedContainer | undefined> => {
  const path = `${pathOf(container)}/json`;
  const seen = await ask.answer<Partial<ContainerInspectInfo>>({ method: "GET", path, fine: [404] });
  return seen.Id === undefined ? undefined : observedContainer(seen as ContainerInspectInfo);
};

const TRY_AGAIN_MS = 50;
const NAME_SHOWS_WITHIN_TRIES = 60;

/**
 * A name that is taken is ours if it bears the plan's labels: then an earlier call made it and its answer was lost. `undefined` where the
 * engine shows no container of that name.
 */
const adopt = async (ask: Ask, plan: ContainerPlan, refusal: EngineError): Promise<ContainerId | undefined> => {
  const existing = await inspectWith(ask, plan.name);
  if (!existing) return undefined;
  if (haveLabels(existing.labels, plan.labels)) return existing.id;
  throw new EngineError(409, `The name ${plan.name} is taken by container ${existing.id}, which has other labels`, {
    cause: refusal,
  });
};

const create = async (ask: Ask, plan: ContainerPlan, again = NAME_SHOWS_WITHIN_TRIES): Promise<ContainerId> => {
  const question = {
    method: "POST",
    path: "/containers/create",
    query: { name: plan.name },
    body: createOptions(plan),
    withinMs: CREATE_WITHIN_MS,
  } as const;
  try {
    return (await ask.answer<{ Id: ContainerId }>(question)).Id;
  } catch (error) {
    if (!(error instanceof EngineError) || error.status !== 409) throw error;
    const adopted = await adopt(ask, plan, error);
    if (adopted !== undefined) return adopted;
    // An engine takes the name first and shows the container when it is made, if it comes to be made.
    if (again === 0) throw error;
    await pause(TRY_AGAIN_MS);
    return create(ask, plan, again - 1);
  }
};

type Untold = Parameters<ContainerEngine["list"]>[1];

const list = async (
  ask: Ask,
  labels: Readonly<Record<string, string>>,
  untold: Untold,
): Promise<ObservedContainer[]> => {
  const query = { all: true, filters: labelFilters(labels) };
  type Listed = { Id: ContainerId; Labels: Record<string, string> };
  const found = await ask.answer<Listed[]>({ method: "GET", path: "/containers/json", query });
  const seen = await inBatches(found, INSPECT_AT_ONCE, ({ Id, Labels }) =>
    inspectWith(ask, Id).catch((error: unknown) => {
      if (!untold || !(error instanceof EngineError)) throw error;
      untold({ id: Id, labels: Labels });
      return undefined;
    }),
  );
  // One may be removed between the list and its inspection.
  return seen.filter((container) => container !== undefined);
};

/** The verbs about containers. */
export const containerVerbs = (ask: Ask): ContainerVerbs => ({
  create: (plan) => create(ask, plan),
  async start(id) {
    await ask.answer({ method: "POST", path: `${pathOf(id)}/start`, fine: [304], withinMs: START_WITHIN_MS });
  },
  async stop(id, graceSeconds) {
    const withinMs = graceSeconds * 1_000 + STOP_MARGIN_MS;
    // 304: it had already stopped; 404: it is gone. Both are the state we wanted.
    const fine = [304, 404];
    await ask.answer({ method: "POST", path: `${pathOf(id)}/stop`, query: { t: graceSeconds }, fine, withinMs });
  },
  async remove(id) {
    await ask
      .answer({ method: "DELETE", path: pathOf(id), query: { v: true }, fine: [404], withinMs: REMOVE_WITHIN_MS })
      .catch((error: unknown) => {
        // Somebody else's removal is under way: a look after it finds the container gone.
        if (!(error instanceof EngineError && error.status === 409 && /already in progress/.test(error.message)))
          throw error;
      });
  },
  async stats(id) {
    const path = `${pathOf(id)}/stats`;
    const seen = await ask.answer<ContainerStats>({ method: "GET", path, query: { stream: false }, fine: [404] });
    // Docker measures what has ended as zeros at the zero time.
    return seen.read === undefined || seen.read.startsWith("0001-") ? undefined : seen;
  },
  inspect: (id) => inspectWith(ask, id),
  list: (labels, untold) => list(ask, labels, untold),
});
