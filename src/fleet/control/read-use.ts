import pLimit from "p-limit";
import type { Host } from "../model/host.ts";
import { isInternal } from "../model/pause.ts";
import type { Task } from "../model/task.ts";
import type { TaskUse } from "../model/use.ts";
import { EngineError, EngineUnreachableError } from "../ports.ts";
import type { FleetDeps } from "./deps.ts";

/** A question costs an engine some milliseconds: it has others to do. */
const ASKED_AT_ONCE = 8;

/** What the running tasks of all connected hosts use, asked of their engines. Changes nothing, so any control plane may ask. */
export const readUse = async ({
  hosts,
  tasks,
  engines,
}: Pick<FleetDeps, "hosts" | "tasks" | "engines">): Promise<TaskUse[]> => {
  const lane = pLimit(ASKED_AT_ONCE);
  const useOf = async (host: Host, { id, observed }: Task): Promise<TaskUse> => {
    const running = observed.containers.filter(({ name, status }) => status === "RUNNING" && !isInternal(name));
    const used = running.map(({ name, runtimeId }) =>
      lane(async () => {
        const use = runtimeId && (await engines.at(host.engine).use(runtimeId).catch(untold));
        return use ? [{ name, ...use }] : [];
      }),
    );
    return { task: id, host: host.id, containers: (await Promise.all(used)).flat() };
  };
  const connected = (await hosts.list()).filter(({ health }) => health === "CONNECTED");
  const used = connected.map(async (host) => {
    const onHost = (await tasks.get(await tasks.onHost(host.id))).flatMap((task) => task ?? []);
    return Promise.all(onHost.filter(({ observed }) => observed.status === "RUNNING").map((task) => useOf(host, task)));
  });
  return (await Promise.all(used)).flat();
};

/** It ended just now, or its engine cannot be reached just now. */
const untold = (error: unknown): undefined => {
  if (!(error instanceof EngineError || error instanceof EngineUnreachableError)) throw error;
};
