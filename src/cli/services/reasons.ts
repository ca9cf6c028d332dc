import type { Service, Task } from "@aws-sdk/client-ecs";
import type { Ecs } from "../ecs.ts";
import { theOne } from "../find-services.ts";
import { describeTasks } from "../find-tasks.ts";
import { allPages } from "../pages.ts";
import { lastOf } from "../views/words.ts";

/** Why a service is as it is: what ECS says of it, and its tasks that ended last. */
export interface ServiceReasons {
  readonly service: Service;
  readonly ended: readonly Task[];
}

const ENDED_SHOWN = 5;

/** Of the one service that was meant. Throws CliError where several were. */
export const reasonsOfService = async (ecs: Ecs, meant: readonly Service[]): Promise<ServiceReasons> => {
  const service = theOne(meant);
  const cluster = lastOf(service.clusterArn);
  const arns = await allPages(
    (nextToken) => ecs.listTasks({ cluster, serviceName: service.serviceName, desiredStatus: "STOPPED", nextToken }),
    (page) => page.taskArns,
  );
  // Oldest first; the last ones are enough to choose from.
  const stopped = await describeTasks(ecs, cluster, arns.slice(-100));
  const ended = stopped.filter(({ stoppedAt }) => stoppedAt !== undefined);
  return {
    service,
    ended: ended
      .toSorted((a, b) => (b.stoppedAt?.getTime() ?? 0) - (a.stoppedAt?.getTime() ?? 0))
      .slice(0, ENDED_SHOWN),
  };
};
