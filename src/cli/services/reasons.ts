import type { Service, Task } from "@aws-sdk/client-ecs";
import type { ServiceWhyAnswer } from "../answers.ts";
import type { Api } from "../api.ts";
import type { Ecs } from "../ecs.ts";
import { theOne } from "../find-services.ts";
import { describeTasks } from "../find-tasks.ts";
import { allPages } from "../pages.ts";
import { lastOf } from "../views/words.ts";

/** Why a service is as it is: what ECS says of it, and its tasks that ended last. */
export interface ServiceReasons {
  readonly service: Service;
  readonly ended: readonly Task[];
  readonly why: ServiceWhyAnswer;
}

const ENDED_SHOWN = 5;

/** Of the one service that was meant. Throws CliError where several were. */
export const reasonsOfService = async (ecs: Ecs, api: Api, meant: readonly Service[]): Promise<ServiceReasons> => {
  const service = theOne(meant);
  const cluster = lastOf(service.clusterArn);
  const arns = await allPages(
    (nextToken) => ecs.listTasks({ cluster, serviceName: service.serviceName, desiredStatus: "STOPPED", nextToken }),
    (page) => page.taskArns,
  );
  const path = [cluster, service.serviceName ?? ""].map(encodeURIComponent).join("/services/");
  const why = await api.get<ServiceWhyAnswer>(`/clusters/${path}/why`);
  // Oldest first; the last ones are enough to choose from.
  const stopped = await describeTasks(ecs, cluster, arns.slice(-100));
  const ended = stopped.filter(({ stoppedAt }) => stoppedAt !== undefined);
  return {
    service,
    why,
    ended: ended
      .toSorted((a, b) => (b.stoppedAt?.getTime() ?? 0) - (a.stoppedAt?.getTime() ?? 0))
      .slice(0, ENDED_SHOWN),
  };
};
