import { clusterId, type Fleet, type HostView, NO_HOST, type Task } from "../../fleet/index.ts";
import { isFargateProvider } from "../model/capacity.ts";
import type { ClusterRecord } from "../model/records.ts";
import { TERM } from "../model/task-details.ts";

/** Tasks of a cluster that run, and those that are to. */
export interface ClusterTasks {
  readonly runningEC2: number;
  readonly pendingEC2: number;
  readonly runningFargate: number;
  readonly pendingFargate: number;
}

export const NO_TASKS: ClusterTasks = { runningEC2: 0, pendingEC2: 0, runningFargate: 0, pendingFargate: 0 };

const STARTING: readonly Task["observed"]["status"][] = ["PROVISIONING", "PENDING", "ACTIVATING"];

/** A cluster's tasks counted: on its hosts by their ledgers, those that wait for one of them, and those on Fargate. */
export const countTasks = async (
  fleet: Fleet,
  cluster: ClusterRecord,
  hosts: readonly HostView[],
): Promise<ClusterTasks> => {
  const found = async (term: string): Promise<Task[]> => {
    const ids = await fleet.findTasks(clusterId(cluster, cluster.name), [TERM.desired("RUNNING"), term]);
    return (await fleet.tasks(ids)).flatMap((task) => task ?? []);
  };
  const providers = (cluster.capacityProviders ?? []).filter((name) => !isFargateProvider(name));
  const [fargate, ...ofProviders] = await Promise.all([
    found(TERM.launchType("FARGATE")),
    ...providers.map((name) => found(TERM.capacityProvider(name))),
  ]);
  return {
    runningEC2: sum(hosts.map(({ ledger }) => ledger.runningTasks)),
    pendingEC2:
      sum(hosts.map(({ ledger }) => ledger.pendingTasks)) +
      ofProviders.flat().filter(({ host }) => host === NO_HOST).length,
    runningFargate: fargate.filter(({ observed }) => observed.status === "RUNNING").length,
    pendingFargate: fargate.filter(({ observed }) => STARTING.includes(observed.status)).length,
  };
};

const sum = (figures: readonly number[]): number => figures.reduce((total, figure) => total + figure, 0);
