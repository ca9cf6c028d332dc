import type { Random } from "../../kernel/random.ts";
import type { Fleet } from "../fleet.ts";
import type { HostId } from "../model/ids.ts";
import type { FleetDeps } from "./deps.ts";
import { placeTasks } from "./placement.ts";
import { readLogs } from "./read-logs.ts";
import { addSlice } from "./slices.ts";

/** The fleet as wings see it, over the stores: none of it needs the loops to run in this process. */
export const createFleet = (deps: FleetDeps & { readonly random: Random }): Fleet => {
  const now = (): number => deps.clock.now();
  const removeHost = async (id: HostId, force: boolean): Promise<boolean> => {
    if (force) {
      const [host] = await deps.hosts.get([id]);
      const reason = `Host EC2 (instance ${host?.ec2InstanceId ?? id}) terminated.`;
      // No new task may slip in while the present ones stop.
      await deps.hosts.setState(id, "INACTIVE", now());
      for (const task of await deps.tasks.onHost(id))
        await deps.tasks.requestStop(task, { code: "TerminationNotice", reason, at: now() });
    }
    return deps.hosts.remove(id, now());
  };
  return {
    place: (request) => placeTasks(deps, request),
    stopTask: (id, code, reason) => deps.tasks.requestStop(id, { code, reason, at: now() }),
    tasks: (ids) => deps.tasks.get(ids),
    findTasks: (cluster, terms) => deps.tasks.find(cluster, terms),
    setTaskDetails: (id, version, details) => deps.tasks.setDetails(id, version, details, now()),
    placement: (id) => deps.tasks.placement(id),
    refusals: (requestId) => deps.tasks.refusals(requestId),
    hosts: (cluster) => deps.hosts.list(cluster),
    addSlice: (request) => addSlice({ ...deps, installation: deps.policy.installation }, request),
    setHostState: (id, state) => deps.hosts.setState(id, state, now()),
    setHostAttributes: (id, attributes) => deps.hosts.setAttributes(id, attributes, now()),
    setHostTags: (id, tags) => deps.hosts.setTags(id, tags, now()),
    removeHost,
    logs: (task, container, options) => readLogs(deps, task, container, options),
  };
};
