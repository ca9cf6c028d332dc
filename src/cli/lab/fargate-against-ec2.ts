import type { RegisterTaskDefinitionCommandInput, Task } from "@aws-sdk/client-ecs";
import type { FargateAnswer } from "../answers.ts";
import { CliError } from "../failure.ts";
import { ensureDefinition } from "../run/definition.ts";
import type { Session } from "../session.ts";
import { counted, shortId } from "../views/words.ts";
import type { Lab } from "./lab.ts";
import { familyOf, tasksOfFamilies } from "./look.ts";

const WEB = "lab-6-web";
const LARGE = "lab-6-large";
const FOLDER = "labs/06-fargate-against-ec2";
const NETWORK = "--network-configuration 'awsvpcConfiguration={subnets=[subnet-us-east-1a]}'";
const WEB_SIZE = { cpu: 256, memory: 512 };

/** Sizes of Fargate, the largest first: CPU units with the least memory that goes with them. */
const SIZES = [16_384, 8192, 4096, 2048, 1024, 512, 256].map((cpu) => ({ cpu, memory: cpu * 2 }));

/** The largest size of which an engine has room for one beside a web server. */
const largeFor = (parts: readonly FargateAnswer[]) => {
  const [total] = parts.map((part) => part.total).toSorted((a, b) => b.cpuUnits - a.cpuUnits);
  return SIZES.find(
    ({ cpu, memory }) =>
      cpu + WEB_SIZE.cpu <= (total?.cpuUnits ?? 0) && memory + WEB_SIZE.memory <= (total?.memoryMiB ?? 0),
  );
};

const definition = (
  family: string,
  { cpu, memory }: { cpu: number; memory: number },
  command: string,
): RegisterTaskDefinitionCommandInput => ({
  family,
  networkMode: "awsvpc",
  requiresCompatibilities: ["EC2", "FARGATE"],
  cpu: String(cpu),
  memory: String(memory),
  containerDefinitions: [{ name: "main", image: "berth/busybox", command: ["sh", "-c", command], stopTimeout: 5 }],
});

const WAITS = "trap 'exit 0' TERM; while :; do sleep 1; done";
const SERVES = `mkdir /www; hostname -i > /www/index.html; httpd -p 8080 -h /www; ${WAITS}`;

const prepare = async (session: Session): Promise<string[]> => {
  const parts = await session.api().get<FargateAnswer[]>("/fargate/capacity");
  const large = largeFor(parts);
  if (!large) {
    throw new CliError("this lab needs a Fargate of 0.5 vCPU and 1024 MiB at least", {
      hint: "give it that under fargate: in berth.yaml",
    });
  }
  const ecs = await session.ecs();
  await ensureDefinition(ecs, definition(WEB, WEB_SIZE, SERVES));
  await ensureDefinition(ecs, definition(LARGE, large, WAITS));
  return [
    `${WEB} is a web server of 256 CPU units and 512 MiB, for EC2 and for Fargate`,
    `${LARGE} asks for ${large.cpu} CPU units: what an engine gives Fargate is enough for one, beside a web server`,
  ];
};

type Check = (sight: { readonly tasks: readonly Task[] }) => string | undefined;

const of = (tasks: readonly Task[], family: string, launchType: "EC2" | "FARGATE"): Task[] =>
  tasks.filter((task) => familyOf(task) === family && task.launchType === launchType);

/** A task of it ran with that launch type, and was not told to end before it did. */
const ran =
  (family: string, launchType: "EC2" | "FARGATE"): Check =>
  ({ tasks }) => {
    const all = of(tasks, family, launchType);
    if (all.length === 0) return `no task of ${family} was run with launch type ${launchType}`;
    const [first] = all;
    return all.some(({ startedAt }) => startedAt)
      ? undefined
      : `task ${shortId(first!.taskArn)} is ${first!.lastStatus}: ${first!.stoppedReason ?? "berth why says what it waits for"}`;
  };

const waitedForRoom: Check = ({ tasks }) => {
  const all = of(tasks, LARGE, "FARGATE");
  if (all.length === 0) return `no task of ${LARGE} was run with launch type FARGATE`;
  const freedAt = all.flatMap(({ startedAt, stoppedAt }) => (startedAt && stoppedAt ? [stoppedAt.getTime()] : []));
  if (freedAt.length === 0) {
    const waiting = all.filter(({ lastStatus }) => lastStatus === "PROVISIONING").length;
    return waiting > 0
      ? `${counted(waiting, "task")} of ${LARGE} in PROVISIONING: stop one that runs`
      : `no task of ${LARGE} waits: run more of them than there is room for`;
  }
  const waited = all.filter(
    ({ createdAt, startedAt }) =>
      createdAt && startedAt && freedAt.some((at) => createdAt.getTime() < at && at <= startedAt.getTime()),
  );
  return waited.length > 0 ? undefined : `no task of ${LARGE} has started in the room that another one left`;
};

const wasInterrupted: Check = ({ tasks }) => {
  const onSpot = tasks.filter((task) => familyOf(task) === WEB && task.capacityProviderName === "FARGATE_SPOT");
  if (onSpot.length === 0) return `no task of ${WEB} was run on the capacity provider FARGATE_SPOT`;
  const isTaken = ({ stopCode, lastStatus }: Task): boolean =>
    stopCode === "SpotInterruption" && lastStatus === "STOPPED";
  return onSpot.some(isTaken) ? undefined : "it was not taken back yet, or has not ended";
};

/** Lab 6: the same task on hosts that you keep and on capacity that nobody sees. */
export const FARGATE_AGAINST_EC2: Lab<{ readonly tasks: readonly Task[] }> = {
  number: 6,
  title: "Fargate against EC2",
  readme: `${FOLDER}/README.md`,
  prepare,
  look: async (session) => ({ tasks: await tasksOfFamilies(await session.ecs(), [WEB, LARGE]) }),
  steps: [
    {
      title: `run ${WEB} on EC2`,
      how: [`aws ecs run-task --task-definition ${WEB} --launch-type EC2 ${NETWORK}`, "berth ps"],
      missing: ran(WEB, "EC2"),
    },
    {
      title: "run the same on Fargate, and compare what is shown",
      how: [
        `aws ecs run-task --task-definition ${WEB} --launch-type FARGATE ${NETWORK}`,
        "berth ps",
        "berth hosts",
        "aws ecs describe-tasks --tasks TASK",
      ],
      missing: ran(WEB, "FARGATE"),
    },
    {
      title: "ask for more than Fargate has, and make room",
      how: [
        `aws ecs run-task --task-definition ${LARGE} --count 4 --launch-type FARGATE ${NETWORK}`,
        "berth ps",
        "berth why TASK",
        "berth stop TASK",
      ],
      missing: waitedForRoom,
    },
    {
      title: "run one on Spot, and take it back",
      how: [
        "aws ecs put-cluster-capacity-providers --cluster default --capacity-providers FARGATE FARGATE_SPOT --default-capacity-provider-strategy '[]'",
        `aws ecs run-task --task-definition ${WEB} --capacity-provider-strategy capacityProvider=FARGATE_SPOT,weight=1 ${NETWORK}`,
        "berth spot interrupt TASK",
        "berth ps --all",
      ],
      missing: wasInterrupted,
    },
  ],
};
