import { mkdir, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Config } from "../config.ts";

/**
 * Leaves word in `BERTH_HOME/run/endpoint.json` of where this Berth listens, in which account and region it acts and which
 * file it read that from, for the `berth` command, which does not read `berth.yaml`, and for `berth up`. Called once it listens; written whole or not at all.
 */
export const announceEndpoint = async ({ home, apiPort, account, region, configFile }: Config): Promise<void> => {
  const file = join(home, "run", "endpoint.json");
  await mkdir(join(home, "run"), { recursive: true, mode: 0o700 });
  const word = { url: `http://127.0.0.1:${apiPort}`, account, region, configFile };
  await writeFile(`${file}.new`, `${JSON.stringify(word)}\n`);
  await rename(`${file}.new`, file);
};
