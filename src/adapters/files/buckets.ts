import { readFile, realpath, stat } from "node:fs/promises";
import { join, sep } from "node:path";
import type { Buckets } from "../../ecs/ports.ts";

/** More is no list of variables: the kernel takes no larger environment. */
const MAX_BYTES = 1024 * 1024;

/** Folders that play buckets of S3, by the buckets' names. What lies outside a folder, or is linked from it, is not in its bucket. */
export const folderBuckets = (folders: Readonly<Record<string, string>>): Buckets => ({
  async read(bucket, key) {
    const folder = Object.hasOwn(folders, bucket) ? folders[bucket] : undefined;
    if (folder === undefined)
      return missing(`NoSuchBucket: The specified bucket does not exist (berth.yaml has no bucket ${bucket})`);
    try {
      const [root, file] = await Promise.all([realpath(folder), realpath(join(folder, key))]);
      const found = await stat(file);
      if (!file.startsWith(root + sep) || !found.isFile()) return noSuchKey(bucket, key);
      if (found.size > MAX_BYTES) return missing(`${bucket}/${key} has ${found.size} bytes, more than ${MAX_BYTES}`);
      return { type: "found", text: await readFile(file, "utf8") };
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      return code === "ENOENT" || code === "ENOTDIR" ? noSuchKey(bucket, key) : missing(`${bucket}/${key}: ${message}`);
    }
  },
});

const missing = (why: string) => ({ type: "missing", why }) as const;
const noSuchKey = (bucket: string, key: string) =>
  missing(`NoSuchKey: The specified key does not exist (${key} in bucket ${bucket})`);
