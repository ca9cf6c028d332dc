import { mkdir, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Config } from "../config.ts";

/**
 * Leaves word in `BERTH_HOME/run/endpoint.json` of where this Berth listens and in which account and region it acts, for
 * the `berth` command, which does not read `berth.yaml`. Called once it listens; written whole or not at all.
 */
export const announceEndpoint = async ({ home, apiPort, account, region }: Config): Promise<void> => {
  const file = join(home, "run", "endpoint.json");
  await mkdir(join(home, "run"), { recursive: true, mode: 0o700 });
  await writeFile(`${file}.new`, `${JSON.stringify({ url: `http://127.0.0.1:${apiPort}`, account, region })}\n`);
  await rename(`${file}.new`, file);
};
