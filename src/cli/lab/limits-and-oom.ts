import type { RegisterTaskDefinitionCommandInput } from "@aws-sdk/client-ecs";
import { ensureDefinition } from "../run/definition.ts";
import type { Lab } from "./lab.ts";
import { type LabSight, lookAt } from "./look.ts";
import { endedWith, ofFamily, ranOutOfMemory, usesCores } from "./task-checks.ts";

const HARD = "lab-5-hard";
const SOFT = "lab-5-soft";
const PAIR = "lab-5-pair";
const CAPPED = "lab-5-capped";
const SHARED = "lab-5-shared";
const FOLDER = "labs/05-limits-and-oom";

type Container = NonNullable<RegisterTaskDefinitionCommandInput["containerDefinitions"]>[number];

const container = (name: string, command: string, limits: Partial<Container>): Container => ({
  name,
  image: "berth/busybox",
  essential: true,
  command: ["sh", "-c", command],
  stopTimeout: 2,
  ...limits,
});

/** Files on tmpfs are memory, and count where programs' own memory does. */
const fill = (mib: number): string => `dd if=/dev/zero of=/dev/shm/filled bs=1M count=${mib}`;
const BUSY = "trap 'exit 0' TERM; while :; do :; done";
const RESERVED_MIB = 16;
const QUARTER = 0.25;
/** Containers may use a little more than their task's quota between two looks of the kernel. */
const TOLERANCE = 1.2;
/** What a share of 64 units of 1024 would be, were it a cap. */
const SHARE_OF_CORE = 64 / 1024;

const DEFINITIONS: readonly RegisterTaskDefinitionCommandInput[] = [
  { family: HARD, containerDefinitions: [container("main", fill(48), { memory: 32 })] },
  {
    family: SOFT,
    containerDefinitions: [container("main", fill(48), { memory: 128, memoryReservation: RESERVED_MIB })],
  },
  {
    family: PAIR,
    memory: "64",
    containerDefinitions: [
      container("greedy", "sleep 2; exec tail /dev/zero", {}),
      container("modest", `${fill(24)}; sleep 60`, {}),
    ],
  },
  { family: CAPPED, cpu: "256", memory: "64", containerDefinitions: [container("main", BUSY, {})] },
  { family: SHARED, containerDefinitions: [container("main", BUSY, { cpu: 64, memory: 32 })] },
];

/** It was placed by its reservation, not by its limit. */
const wasPlacedByReservation = ({ tasks }: Pick<LabSight, "tasks">): string | undefined =>
  ofFamily(tasks, SOFT).some(({ placement }) => placement?.needed.memoryMiB === RESERVED_MIB)
    ? undefined
    : `no task of ${SOFT} was placed by its reservation of ${RESERVED_MIB} MiB`;

const cores = (count: number): string => `${count.toFixed(2)} cores`;

/** Lab 5: which limits are walls, which are promises, who dies at a wall, and how long a busy program is let run. */
export const LIMITS_AND_OOM: Lab<LabSight> = {
  number: 5,
  title: "Limits and OOM",
  readme: `${FOLDER}/README.md`,
  async prepare(session) {
    const ecs = await session.ecs();
    for (const definition of DEFINITIONS) await ensureDefinition(ecs, definition);
    return [
      `${HARD} fills 48 MiB and may have 32`,
      `${SOFT} fills 48 MiB, reserves ${RESERVED_MIB} and may have 128`,
      `${PAIR} is two containers in a task of 64 MiB: one fills 24 of them, the other never has enough`,
      `${CAPPED} and ${SHARED} are busy: one in a task of 256 CPU units, one with a share of 64`,
    ];
  },
  look: async (session) => lookAt({ api: session.api(), ecs: await session.ecs() }, [HARD, SOFT, PAIR, CAPPED, SHARED]),
  steps: [
    {
      title: `run ${HARD} and see it killed at its limit`,
      how: [`aws ecs run-task --task-definition ${HARD}`, "berth ps --all"],
      missing: ranOutOfMemory(HARD),
    },
    {
      title: `run ${SOFT} and see it take three times what it reserved`,
      how: [`aws ecs run-task --task-definition ${SOFT}`, "berth why TASK", "berth ps --all"],
      missing: (sight) => endedWith(SOFT, 0)(sight) ?? wasPlacedByReservation(sight),
    },
    {
      title: `run ${PAIR} and see who is killed at the limit of a whole task`,
      how: [`aws ecs run-task --task-definition ${PAIR}`, "aws ecs describe-tasks --tasks TASK"],
      missing: ranOutOfMemory(PAIR),
    },
    {
      title: `run ${CAPPED} and see it held to a quarter of a core`,
      how: [`aws ecs run-task --task-definition ${CAPPED}`, "berth top"],
      missing: usesCores(CAPPED, (used) =>
        used <= QUARTER * TOLERANCE
          ? undefined
          : `${CAPPED} used ${cores(used)}: is its task's limit held? berth why TASK`,
      ),
    },
    {
      title: `run ${SHARED} beside it and see that a share is no limit`,
      how: [`aws ecs run-task --task-definition ${SHARED}`, "berth top"],
      missing: usesCores(SHARED, (used) =>
        used > 2 * SHARE_OF_CORE
          ? undefined
          : `${SHARED} used ${cores(used)}, no more than its share: others want the processors now; try again when they do not`,
      ),
    },
  ],
};
