import { listed, shortId } from "../views/words.ts";
import type { LabTask } from "./look.ts";

// Checks that more than one lab makes, of tasks in the default cluster.

type Check = (sight: { readonly tasks: readonly LabTask[] }) => string | undefined;

export const ofFamily = (tasks: readonly LabTask[], family: string): LabTask[] =>
  tasks.filter((task) => task.family === family);

/** A task ended by itself with that exit code. */
export const endedWith =
  (family: string, exitCode: number): Check =>
  ({ tasks }) => {
    const ended = ofFamily(tasks, family).filter(({ stopCode }) => stopCode === "EssentialContainerExited");
    if (ended.some((task) => task.status === "STOPPED" && task.exitCode === exitCode)) return undefined;
    const codes = [...new Set(ended.flatMap((task) => task.exitCode ?? []))].sort((a, b) => a - b);
    return `no task of ${family} has ended with ${exitCode}${codes.length > 0 ? `, only with ${listed(codes.map(String))}` : ""}`;
  };

/** A task was killed by the kernel at its memory limit. */
export const ranOutOfMemory =
  (family: string): Check =>
  ({ tasks }) => {
    const ran = ofFamily(tasks, family);
    if (ran.length === 0) return `no task of ${family} has run in the last hour`;
    const isKilled = ({ status, exitCode, containerReason }: LabTask): boolean =>
      status === "STOPPED" && exitCode === 137 && /^OutOfMemoryError/.test(containerReason ?? "");
    return ran.some(isKilled) ? undefined : "its task has not been killed for its memory yet";
  };

/** What a task has run for is enough to tell what it uses. */
const ENOUGH_SECONDS = 5;

/** What a running task has used of a processor on average is as it should be; `undefined` where `wrong` finds nothing. */
export const usesCores =
  (family: string, wrong: (cores: number) => string | undefined): Check =>
  ({ tasks }) => {
    const running = ofFamily(tasks, family).filter(({ status }) => status === "RUNNING");
    if (running.length === 0) return `no task of ${family} runs`;
    const measured = running.filter(({ ranSeconds = 0 }) => ranSeconds >= ENOUGH_SECONDS);
    const [last] = measured;
    if (!last) return `task ${shortId(running[0]!.id)} has run for less than ${ENOUGH_SECONDS} seconds: ask again`;
    return measured.some(({ cores = 0 }) => wrong(cores) === undefined) ? undefined : wrong(last.cores ?? 0);
  };
