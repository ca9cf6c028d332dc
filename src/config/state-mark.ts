import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { makeOnce } from "./make-once.ts";

/** Says that this installation has state in its Redis: where such a mark stands, an empty Redis has lost it. */
export interface StateMark {
  readonly file: string;
  /** When it was made, in ISO format; `undefined` before the first start. */
  readonly since: string | undefined;
}

export const stateMark = async (home: string): Promise<StateMark> => {
  const file = join(home, "has-state");
  const text = await readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw error;
  });
  return { file, since: text?.trim() };
};

/** Made once Redis is the installation's own; later ones change nothing. */
export const makeStateMark = async ({ file }: StateMark, now: number): Promise<void> => {
  await makeOnce(file, () => `${new Date(now).toISOString()}\n`);
};
