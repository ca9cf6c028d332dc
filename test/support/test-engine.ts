import Docker from "dockerode";
import { removeOwnRedirections } from "../../scripts/services/own-traces.mjs";
import { groupsIn, removeGroup } from "../../src/adapters/cgroups/files.ts";
import { LABEL } from "../../src/fleet/model/names.ts";
import { dockerAddress } from "./engine-docker.ts";
import { until } from "./until.ts";

/** What a test sees and does on the engine behind Berth's back. */
export interface TestEngine {
  readonly docker: Docker;
  /** All of the installation's that are there, whether or not they run. */
  containers(): Promise<Docker.ContainerInfo[]>;
  containersOf(taskArn: string): Promise<Docker.ContainerInfo[]>;
  /** Names of volumes that were made for one task and are there. */
  taskVolumes(): Promise<string[]>;
  /** Paths of cgroups that were made for tasks and are there. */
  taskCgroups(): Promise<string[]>;
  /** Takes away all that bears the installation's id. */
  clear(): Promise<void>;
}

const CGROUPS = "/sys/fs/cgroup";

/**
 * Docker 20.10 sometimes keeps the endpoint of a container that was stopped while it was being started, though the container is long
 * gone: the network "has active endpoints" and no containers, until the engine is started anew. No test can do anything about it.
 */
const unlessHeld = (error: unknown): void => {
  if ((error as { statusCode?: number }).statusCode !== 403 || !String(error).includes("active endpoints")) throw error;
};

/** Berth's own janitor may be at it. */
const unlessGoing = (error: unknown): void => {
  if (![404, 409].includes((error as { statusCode?: number }).statusCode ?? 0)) throw error;
};

const unlessGone = (error: unknown): void => {
  if ((error as { statusCode?: number }).statusCode !== 404) throw error;
};

export const testEngine = (installation: string): TestEngine => {
  const docker = new Docker({ socketPath: dockerAddress().slice("unix://".length) });
  const ours = { label: [`${LABEL.installation}=${installation}`] };
  const containers = () => docker.listContainers({ all: true, filters: ours });
  return {
    docker,
    containers,
    containersOf: async (taskArn) => {
      const id = taskArn.slice(taskArn.lastIndexOf("/") + 1);
      return (await containers()).filter(({ Labels }) => Labels[LABEL.task] === id);
    },
    async taskVolumes() {
      const { Volumes } = await docker.listVolumes({ filters: { label: [...ours.label, LABEL.task] } });
      return Volumes.map(({ Name }) => Name);
    },
    async taskCgroups() {
      const found = await Promise.all(
        ["", ...(await groupsIn(CGROUPS))].map(async (name) => {
          const slices = `${CGROUPS}/${name}/berth-${installation}`;
          const hosts = await groupsIn(slices);
          return Promise.all(
            hosts.map(async (host) => (await groupsIn(`${slices}/${host}`)).map((id) => `${host}/${id}`)),
          );
        }),
      );
      return [...new Set(found.flat(2))];
    },
    async clear() {
      await until(
        "the containers to be gone",
        async () => {
          const found = await containers();
          for (const { Id } of found) await docker.getContainer(Id).remove({ force: true, v: true }).catch(unlessGoing);
          return found;
        },
        (found) => found.length === 0,
      );
      await removeOwnRedirections(installation);
      for (const { Id } of await docker.listNetworks({ filters: ours }))
        await docker.getNetwork(Id).remove().catch(unlessHeld);
      const { Volumes } = await docker.listVolumes({ filters: ours });
      for (const { Name } of Volumes) await docker.getVolume(Name).remove().catch(unlessGone);
      for (const name of ["", ...(await groupsIn(CGROUPS))])
        await removeGroup(`${CGROUPS}/${name}/berth-${installation}`);
    },
  };
};
