import { readFile } from "node:fs/promises";
import { join } from "node:path";

/** What the set-up found or started, as it leaves it in `BERTH_HOME/run/setup.json`. */
export interface SetupFacts {
  readonly engine: { readonly dockerHost: string; readonly startedByBerth: boolean };
  readonly redis: { readonly socket: string };
  readonly distribution: {
    readonly socket: string;
    /** The configuration it serves with; absent where another machine or container runs it. */
    readonly config?: string;
  };
  /** Distribution's program; absent as its configuration is. */
  readonly registry?: string;
  /** The folder of base images, NAME.tar in the format of `docker save`. */
  readonly images: string;
}

/** Where things lie when the set-up left no word: Berth started by hand. */
const usual = (home: string): SetupFacts => ({
  engine: { dockerHost: "unix:///var/run/docker.sock", startedByBerth: false },
  redis: { socket: join(home, "run", "redis.sock") },
  distribution: { socket: join(home, "run", "registry.sock") },
  images: join(home, "images"),
});

/** Reads them; the usual places where there is no file. Throws where the file cannot be read or understood. */
export const readSetupFacts = async (home: string): Promise<SetupFacts> => {
  const text = await readFile(join(home, "run", "setup.json"), "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return "{}";
    throw error;
  });
  return { ...usual(home), ...(JSON.parse(text) as Partial<SetupFacts>) };
};
