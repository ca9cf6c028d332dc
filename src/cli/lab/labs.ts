import { usageError } from "../failure.ts";
import { FARGATE_AGAINST_EC2 } from "./fargate-against-ec2.ts";
import { IMAGES } from "./images.ts";
import type { Lab } from "./lab.ts";
import { LIMITS_AND_OOM } from "./limits-and-oom.ts";
import { QUEUE_WITH_RETRIES } from "./queue-with-retries.ts";
import { RUN_A_TASK } from "./run-a-task.ts";
import { SERVICE_THAT_ROLLS } from "./service-that-rolls.ts";

/** The course. */
export const LABS: readonly Lab[] = [
  RUN_A_TASK,
  QUEUE_WITH_RETRIES,
  IMAGES,
  SERVICE_THAT_ROLLS,
  LIMITS_AND_OOM,
  FARGATE_AGAINST_EC2,
];

/** The lab of that number. Throws CliError where there is none. */
export const labOf = (text: string): Lab => {
  const lab = LABS.find(({ number }) => String(number) === text.replace(/^0+/, ""));
  if (lab) return lab;
  throw usageError(`there is no lab ${text}; see them with: berth lab list`);
};
