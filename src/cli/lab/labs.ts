import { usageError } from "../failure.ts";
import { IMAGES } from "./images.ts";
import type { Lab } from "./lab.ts";
import { QUEUE_WITH_RETRIES } from "./queue-with-retries.ts";
import { RUN_A_TASK } from "./run-a-task.ts";
import { SERVICE_THAT_ROLLS } from "./service-that-rolls.ts";

/** The course. */
export const LABS: readonly Lab[] = [RUN_A_TASK, QUEUE_WITH_RETRIES, IMAGES, SERVICE_THAT_ROLLS];

/** The lab of that number. Throws CliError where there is none. */
export const labOf = (text: string): Lab => {
  const lab = LABS.find(({ number }) => String(number) === text.replace(/^0+/, ""));
  if (lab) return lab;
  throw usageError(`there is no lab ${text}; see them with: berth lab list`);
};
