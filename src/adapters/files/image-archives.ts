import { open } from "node:fs/promises";
import { join } from "node:path";
import type { ImageArchives } from "../../fleet/ports.ts";

const BERTHS_OWN = /^berth\/([a-z0-9][a-z0-9._-]*):latest$/;

/** The archives the set-up made: `berth/busybox:latest` lies at `busybox.tar` in the directory, in `docker save` format. */
export const imageArchives = (directory: string): ImageArchives => ({
  async open(repositoryAndTag) {
    const name = BERTHS_OWN.exec(repositoryAndTag)?.[1];
    if (name === undefined) return undefined;
    try {
      return (await open(join(directory, `${name}.tar`), "r")).createReadStream();
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
      throw error;
    }
  },
});
