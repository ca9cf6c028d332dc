import { readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { CliError } from "./failure.ts";

export type Env = Readonly<Record<string, string | undefined>>;

/** The folder of the package: `dist/cli/` and `src/cli/` both lie two below it. */
export const PACKAGE_ROOT = resolve(dirname(fileURLToPath(import.meta.url)), "../..");

/** How a Berth is reached, and by whom. */
export interface Connection {
  readonly home: string;
  /** `http://127.0.0.1:4566`. */
  readonly url: string;
  readonly account: string;
  readonly region: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly apiToken: string;
  /** The engine that Berth found or started when it was set up, as DOCKER_HOST names it. */
  readonly engine?: string;
  /** The same, if Berth itself started it. */
  readonly ownEngine?: string;
}

/** The Berth that the environment means: BERTH_HOME, else the one of this checkout. */
export const berthHome = (env: Env): string => resolve(env.BERTH_HOME || join(PACKAGE_ROOT, ".berth"));

/** Where it listens. */
export const berthUrl = (env: Env): string => `http://127.0.0.1:${env.BERTH_PORT || 4566}`;

/** Reads how to reach Berth from its home. Throws CliError where it was never started there. */
export const findConnection = (env: Env, region?: string): Connection => {
  const home = berthHome(env);
  const credentials = jsonOf(join(home, "credentials.json"));
  if (!credentials) {
    throw new CliError(`there are no credentials in ${home} yet`, {
      hint: "they are made when Berth first starts: npm run up (or set BERTH_HOME)",
    });
  }
  const endpoint = jsonOf(join(home, "run", "endpoint.json"));
  const engine = jsonOf(join(home, "run", "setup.json"))?.engine as Record<string, unknown> | undefined;
  return {
    home,
    url: berthUrl(env),
    account: String(endpoint?.account ?? "000000000000"),
    region: region ?? String(endpoint?.region ?? "us-east-1"),
    accessKeyId: String(credentials.accessKeyId),
    secretAccessKey: String(credentials.secretAccessKey),
    apiToken: String(credentials.apiToken),
    ...(engine?.dockerHost !== undefined && { engine: String(engine.dockerHost) }),
    ...(engine?.startedByBerth === true && { ownEngine: String(engine.dockerHost) }),
  };
};

const jsonOf = (file: string): Record<string, unknown> | undefined => {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as Record<string, unknown>;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === "ENOENT") return undefined;
    throw new CliError(`${file} cannot be read: ${message}`);
  }
};
