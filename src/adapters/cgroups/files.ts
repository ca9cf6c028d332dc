import { mkdir, readdir, readFile, rmdir, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";

const codeOf = (error: unknown): string | undefined => (error as NodeJS.ErrnoException).code;

/** `undefined` where there is no such file. */
export const readValue = async (file: string): Promise<string | undefined> => {
  try {
    return (await readFile(file, "utf8")).trim();
  } catch (error) {
    if (codeOf(error) === "ENOENT") return undefined;
    throw error;
  }
};

/** Writes only what differs: the kernel checks a limit against its neighbours at every write. */
export const writeValue = async (file: string, value: string | number): Promise<void> => {
  if ((await readValue(file)) !== String(value)) await writeFile(file, String(value));
};

/** Whether the kernel refused a limit because of what lives below it: a child's larger quota, memory in use. */
export const isLimitInUse = (error: unknown): boolean => codeOf(error) === "EINVAL" || codeOf(error) === "EBUSY";

export const makeGroup = (group: string): Promise<string | undefined> => mkdir(group, { recursive: true });

/** Names of the groups inside a group; none where it does not exist. */
export const groupsIn = async (group: string): Promise<string[]> => {
  try {
    const entries = await readdir(group, { withFileTypes: true });
    return entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  } catch (error) {
    if (codeOf(error) === "ENOENT") return [];
    throw error;
  }
};

/** Removes a group and those inside. Gone already is success; EBUSY is thrown while one holds processes. */
export const removeGroup = async (group: string): Promise<void> => {
  // Most hold nothing: the kernel says so itself where that is not so.
  if ((await refusalToRemove(group)) === undefined) return;
  for (const child of await groupsIn(group)) await removeGroup(join(group, child));
  const refusal = await refusalToRemove(group);
  if (refusal !== undefined) throw refusal;
};

/** Why the kernel kept a group: there is one inside, or it holds processes. `undefined`: it is gone. */
const refusalToRemove = (group: string): Promise<unknown> =>
  rmdir(group).then(
    () => undefined,
    (error: unknown) => {
      if (codeOf(error) === "ENOENT") return undefined;
      if (codeOf(error) === "EBUSY" || codeOf(error) === "ENOTEMPTY") return error;
      throw error;
    },
  );

/** The named counter of a file of `name value` lines, over a group and those inside. */
export const sumCounter = async (group: string, file: string, counter: string): Promise<number> => {
  const text = (await readValue(join(group, file))) ?? "";
  const own = Number(new RegExp(`^${counter} (\\d+)$`, "m").exec(text)?.[1] ?? 0);
  const inside = await Promise.all(
    (await groupsIn(group)).map((child) => sumCounter(join(group, child), file, counter)),
  );
  return inside.reduce((sum, count) => sum + count, own);
};

export const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );
