import type { Random } from "../../kernel/random.ts";
import type { Fleet } from "../fleet.ts";
import { FARGATE } from "../model/ids.ts";
import type { FleetDeps } from "./deps.ts";
import { execIn } from "./exec.ts";
import { placeClaimed } from "./place-claimed.ts";
import { placeTasks } from "./placement.ts";
import { placementOf } from "./placement-of.ts";
import { readLogs } from "./read-logs.ts";
import { readUse } from "./read-use.ts";
import { isRemoved, removeHost } from "./remove-host.ts";
import { addSlice } from "./slices.ts";

/** The fleet as wings see it, over the stores: none of it needs the loops to run in this process. */
export const createFleet = (deps: FleetDeps & { readonly random: Random }): Fleet => {
  const now = (): number => deps.clock.now();
  return {
    place: (request) => placeTasks(deps, request),
    placeClaimed: (tasks) => placeClaimed(deps, tasks),
    stopTask: (id, code, reason, graceSeconds) =>
      deps.tasks.requestStop(id, { code, reason, at: now(), ...(graceSeconds !== undefined && { graceSeconds }) }),
    stopTasks: (stops, wantedBy) =>
      deps.tasks.requestStops(
        stops.map((stop) => ({ ...stop, at: now() })),
        wantedBy,
      ),
    tasks: (ids) => deps.tasks.get(ids),
    findTasks: (cluster, terms) => deps.tasks.find(cluster, terms),
    setTaskDetails: (id, version, details) => deps.tasks.setDetails(id, version, details, now()),
    placement: (id) => placementOf(deps, id),
    refusals: (requestId) => deps.tasks.refusals(requestId),
    hosts: async (cluster) =>
      (await deps.hosts.list(cluster)).filter(
        (host) => !isRemoved(host) && (host.cluster !== FARGATE || cluster === FARGATE),
      ),
    addSlice: (request) => addSlice({ ...deps, installation: deps.policy.installation }, request),
    setHostState: (id, state) => deps.hosts.setState(id, state, now()),
    setHostAttributes: (id, attributes) => deps.hosts.setAttributes(id, attributes, now()),
    setHostTags: (id, tags) => deps.hosts.setTags(id, tags, now()),
    removeHost: (id, force) => removeHost(deps, id, force),
    logs: (task, container, options) => readLogs(deps, task, container, options),
    exec: (task, container, plan) => execIn(deps, task, container, plan),
    use: () => readUse(deps),
    async forgetOutput(tasks) {
      const kept = await deps.outputs.kept(tasks);
      for (const task of tasks) if (!kept.has(task)) await deps.logFiles.remove(task);
    },
  };
};
