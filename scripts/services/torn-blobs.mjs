import { existsSync, readdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";

/** Of a blob that is empty by right. */
const EMPTY = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

/**
 * Takes away the blobs that Distribution had opened and not yet written when it was killed. It writes a manifest's where it is to lie, and takes what
 * lies there for whole: the manifest could be pushed again, and never pulled. Only while it does not run.
 * @param {string} data where it keeps everything
 */
export const removeTornBlobs = (data) => {
  const home = join(data, "docker", "registry", "v2", "blobs", "sha256");
  if (!existsSync(home)) return;
  for (const start of readdirSync(home))
    for (const digest of readdirSync(join(home, start))) {
      const blob = join(home, start, digest, "data");
      if (digest !== EMPTY && existsSync(blob) && statSync(blob).size === 0) rmSync(blob);
    }
};
