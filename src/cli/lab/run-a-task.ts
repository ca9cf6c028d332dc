import type { RegisterTaskDefinitionCommandInput } from "@aws-sdk/client-ecs";
import type { HostAnswer } from "../answers.ts";
import { CliError } from "../failure.ts";
import { ensureDefinition } from "../run/definition.ts";
import type { Session } from "../session.ts";
import { counted } from "../views/words.ts";
import type { Lab } from "./lab.ts";
import { type LabSight, lookAt } from "./look.ts";
import { spreadOverHosts, stoppedByUser, wasRefusedForNow } from "./run-a-task-checks.ts";
import { endedWith, ranOutOfMemory } from "./task-checks.ts";

const HELLO = "lab-1-hello";
const FILLER = "lab-1-filler";
const HUNGRY = "lab-1-hungry";
const HOSTS = 3;
const FOLDER = "labs/01-run-a-task";

const definition = (family: string, memory: number, command: string[]): RegisterTaskDefinitionCommandInput => ({
  family,
  networkMode: "bridge",
  containerDefinitions: [
    { name: "main", image: "berth/busybox", essential: true, cpu: 64, memory, command, stopTimeout: 5 },
  ],
});

/** Waits to be told to stop, and then ends of its own accord with 3. */
const WAIT_FOR_TERM = ["sh", "-c", "trap 'echo told to stop; exit 3' TERM; while :; do sleep 1; done"];
/** Keeps all it reads until it finds the end of a line, and zeros have none. */
const EAT_MEMORY = ["tail", "/dev/zero"];

/** More than half of the smallest host, so that each host takes one and no second. */
const fillerMemory = (hosts: readonly HostAnswer[]): number =>
  Math.ceil(Math.max(...hosts.map(({ declared }) => declared.memoryMiB)) * 0.6);

const prepare = async (session: Session): Promise<string[]> => {
  const all = await session.api().get<HostAnswer[]>("/hosts");
  const hosts = all.filter(({ cluster, state }) => cluster.endsWith("/default") && state === "ACTIVE");
  if (hosts.length < HOSTS) {
    throw new CliError(`this lab needs ${HOSTS} hosts in the cluster default, and there are ${hosts.length}`, {
      hint: "add one with: berth hosts add",
    });
  }
  const memory = fillerMemory(hosts);
  if (hosts.some(({ declared }) => declared.memoryMiB < memory)) {
    throw new CliError("the hosts differ too much in size: a task that fills the largest fits on none of the others", {
      hint: "give them a similar memory in berth.yaml",
    });
  }
  const ecs = await session.ecs();
  await ensureDefinition(ecs, definition(FILLER, memory, WAIT_FOR_TERM));
  await ensureDefinition(ecs, definition(HUNGRY, 32, EAT_MEMORY));
  return [
    `${FILLER} asks for ${memory} MiB: of your ${counted(hosts.length, "host")} each takes one, and no second`,
    `${HUNGRY} may have 32 MiB and wants all there is`,
  ];
};

/** Lab 1: what a task is, where it goes and how it ends. */
export const RUN_A_TASK: Lab<LabSight> = {
  number: 1,
  title: "Run a task",
  readme: `${FOLDER}/README.md`,
  prepare,
  look: async (session, { request }) =>
    lookAt({ api: session.api(), ecs: await session.ecs() }, [HELLO, FILLER, HUNGRY], request),
  steps: [
    {
      title: `register the task definition ${HELLO}`,
      how: [`aws ecs register-task-definition --cli-input-json file://${FOLDER}/hello.json`],
      missing: ({ families }) => (families.includes(HELLO) ? undefined : `no family ${HELLO} is registered`),
    },
    {
      title: `run it ${HOSTS} times in one request, spread over ${HOSTS} hosts`,
      how: [
        `aws ecs run-task --task-definition ${HELLO} --count ${HOSTS} --placement-strategy type=spread,field=instanceId`,
        "berth ps --all",
        "berth why TASK",
      ],
      missing: spreadOverHosts(HELLO, HOSTS),
    },
    {
      title: "run it once more so that it ends with exit code 7",
      how: [
        `aws ecs run-task --task-definition ${HELLO} --overrides '{"containerOverrides":[{"name":"main","command":["sh","-c","echo oh no; exit 7"]}]}'`,
        "aws ecs describe-tasks --tasks TASK",
      ],
      missing: endedWith(HELLO, 7),
    },
    {
      title: `run ${FILLER} until no host has room, and read the refusal`,
      how: [`aws ecs run-task --task-definition ${FILLER} --count ${HOSTS + 1}`, "berth why", "berth hosts"],
      missing: wasRefusedForNow(FILLER, HOSTS),
    },
    {
      title: `stop one ${FILLER} with a reason of your own`,
      how: ['aws ecs stop-task --task TASK --reason "lab 1 needs the room"'],
      missing: stoppedByUser(FILLER),
    },
    {
      title: `run ${HUNGRY} and see its limit hold`,
      how: [`aws ecs run-task --task-definition ${HUNGRY}`, "berth ps --all"],
      missing: ranOutOfMemory(HUNGRY),
    },
  ],
};
