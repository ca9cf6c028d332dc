import { readdir } from "node:fs/promises";
import { join } from "node:path";

const SAFE = /^(?!\.+$)[\w.-]+$/;

const safe = (name: string): string => {
  if (!SAFE.test(name)) throw new Error(`${JSON.stringify(name)} is no name for a log`);
  return name;
};

export const taskFolder = (directory: string, task: string): string => join(directory, safe(task));

/** Where the segments of one container lie. */
export const containerFolder = (directory: string, task: string, container: string): string =>
  join(taskFolder(directory, task), safe(container));

export const segmentFile = (folder: string, epoch: number): string => join(folder, `${epoch}.log`);

/** The segments of a container by path, in the order of their epochs. */
export const segmentsIn = async (folder: string): Promise<string[]> => {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return [];
    throw error;
  });
  return names
    .flatMap((name) => /^(\d+)\.log$/.exec(name)?.[1] ?? [])
    .map(Number)
    .sort((a, b) => a - b)
    .map((epoch) => segmentFile(folder, epoch));
};
