import { counted } from "../views/words.ts";
import type { Lab, LabStep } from "./lab.ts";
import { lookAtService, type ServiceSight } from "./service-sight.ts";

const WEB = "lab-4-web";
const COUNT = 3;
const FOLDER = "labs/04-a-service-that-rolls";

type Check = LabStep<ServiceSight>["missing"];

/** A check of the service, once there is one. */
const of =
  (check: (service: NonNullable<ServiceSight["service"]>, sight: ServiceSight) => string | undefined): Check =>
  (sight) =>
    sight.service ? check(sight.service, sight) : `there is no service ${WEB}`;

/** Lab 4: what keeps a service's count, what a roll may do to it, and what becomes of one that does not come up. */
export const SERVICE_THAT_ROLLS: Lab<ServiceSight> = {
  number: 4,
  title: "A service that rolls",
  readme: `${FOLDER}/README.md`,
  prepare: async (session) => {
    const ecs = await session.ecs();
    await ecs.registerTaskDefinition({
      family: WEB,
      containerDefinitions: [
        {
          name: "web",
          image: "berth/busybox",
          memory: 32,
          stopTimeout: 2,
          command: ["sh", "-c", "trap 'exit 0' TERM; sleep 86400 & wait"],
        },
      ],
    });
    return [`the task definition ${WEB} is a container that runs until it is told to end`];
  },
  look: async (session) => lookAtService(await session.ecs(), WEB),
  steps: [
    {
      title: `create a service of ${counted(COUNT, "task")} with a circuit breaker, and see it steady`,
      how: [
        `aws ecs create-service --service-name ${WEB} --task-definition ${WEB} --desired-count ${COUNT} --deployment-configuration 'deploymentCircuitBreaker={enable=true,rollback=true}'`,
        "berth services --watch",
      ],
      missing: of(({ hasBreaker, deployments }) => {
        if (!hasBreaker) return `${WEB} has no circuit breaker with rollback`;
        return deployments.includes("SUCCESSFUL")
          ? undefined
          : `the first deployment of ${WEB} is not completed: its tasks count as healthy once they ran for 40 seconds`;
      }),
    },
    {
      title: "kill a container behind Berth's back, and see it replaced",
      how: [
        `docker kill $(docker ps -q --filter label=com.amazonaws.ecs.task-definition-family=${WEB} | head -1)`,
        "berth ps --all",
      ],
      missing: of(({ runningCount, desiredCount }, { hasLostTask }) => {
        if (!hasLostTask) return `no task of ${WEB} has ended by itself in the last hour`;
        return runningCount === desiredCount ? undefined : `${runningCount} of ${desiredCount} tasks run`;
      }),
    },
    {
      title: "roll to fresh tasks, with the old ones serving until the new ones are healthy",
      how: [`aws ecs update-service --service ${WEB} --force-new-deployment`, "berth services --watch"],
      missing: of(({ deployments }) => {
        const done = deployments.filter((status) => status === "SUCCESSFUL").length;
        return done >= 2 ? undefined : `${counted(done, "deployment")} of ${WEB} completed, and there should be two`;
      }),
    },
    {
      title: "deploy an image that is not there, and see it rolled back",
      how: [`berth deploy ${WEB} --image berth/nope`, `berth why ${WEB}`],
      missing: of(({ deployments }) =>
        deployments.includes("ROLLBACK_SUCCESSFUL") ? undefined : `no deployment of ${WEB} was rolled back`,
      ),
    },
    {
      title: "scale it to five",
      how: [`berth scale ${WEB} 5`],
      missing: of(({ runningCount, desiredCount }) =>
        desiredCount === 5 && runningCount === 5
          ? undefined
          : `${WEB} wants ${desiredCount} tasks and has ${runningCount}`,
      ),
    },
  ],
};
