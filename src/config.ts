import { access, constants, readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { type Environment, readEnvironment } from "./config/environment.ts";
import { type ParsedFile, parseFile } from "./config/parse-file.ts";
import type { MemberPath } from "./config/positions.ts";
import { ConfigError, type ConfigProblem } from "./config/problem.ts";
import { type Settings, settingsOf } from "./config/settings.ts";
import { readSetupFacts } from "./config/setup-facts.ts";
import type { EngineAddress } from "./fleet/model/host.ts";
import type { Failpoint } from "./kernel/failpoints.ts";

/** All that Berth is told from outside when it starts: the environment, `berth.yaml`, and what the set-up found. */
export interface Config extends Settings {
  /** BERTH_HOME, absolute. */
  readonly home: string;
  readonly apiPort: number;
  readonly registryPort: number;
  /** The `berth.yaml` that was read, absolute; `undefined` where the built-in defaults hold. */
  readonly configFile?: string;
  readonly failpoints: readonly Failpoint[];
  /** For engines reached over ssh; absent where the environment names no ssh agent. */
  readonly ssh?: Environment["ssh"];
  /** The engine of hosts that name none. */
  readonly localEngine: EngineAddress;
  readonly engineStartedByBerth: boolean;
  readonly redisSocket: string;
  readonly distributionSocket: string;
  /** How to run its collector; absent where Distribution runs on another machine or in a container. */
  readonly distributionProgram?: { readonly program: string; readonly config: string };
  /** The folder of base images, NAME.tar in the format of `docker save`. */
  readonly imagesFolder: string;
  /** `linux`, `darwin`: decides which loopback addresses slices can have. */
  readonly platform: string;
}

/**
 * Reads the environment and `berth.yaml`; nothing else in Berth does.
 * BERTH_CONFIG must exist where it is set; `./berth.yaml` is used if it exists.
 * Throws ConfigError with a line for every problem.
 */
export const readConfig = async (env: Readonly<Record<string, string | undefined>>, cwd: string): Promise<Config> => {
  const { configFile, dockerHost, ...places } = readEnvironment(env, cwd);
  const fileName = configFile ?? resolve(cwd, "berth.yaml");
  const text = await textOf(fileName, configFile !== undefined);
  const parsed = parseFile(text ?? "", shortName(fileName, cwd));
  const settings = settingsOf(parsed.file, fileName);
  const problems = await unreadableTlsFiles(settings, parsed);
  if (problems.length > 0) throw new ConfigError(problems);
  const facts = await readSetupFacts(places.home);
  return {
    ...settings,
    ...places,
    ...(text !== undefined && { configFile: fileName }),
    localEngine: { docker: dockerHost ?? facts.engine.dockerHost },
    engineStartedByBerth:
      facts.engine.startedByBerth && (dockerHost ?? facts.engine.dockerHost) === facts.engine.dockerHost,
    redisSocket: facts.redis.socket,
    distributionSocket: facts.distribution.socket,
    ...(facts.registry !== undefined &&
      facts.distribution.config !== undefined && {
        distributionProgram: { program: facts.registry, config: facts.distribution.config },
      }),
    imagesFolder: facts.images,
    platform: process.platform,
  };
};

const shortName = (fileName: string, cwd: string): string =>
  fileName.startsWith(`${cwd}/`) ? fileName.slice(cwd.length + 1) : fileName;

const textOf = async (fileName: string, mustExist: boolean): Promise<string | undefined> => {
  try {
    return await readFile(fileName, "utf8");
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" && !mustExist) return undefined;
    const what = code === "ENOENT" ? `BERTH_CONFIG names ${fileName}, and there is no such file` : message;
    throw new ConfigError([{ where: fileName, what }]);
  }
};

const unreadableTlsFiles = async ({ hosts = [] }: Settings, { problem }: ParsedFile): Promise<ConfigProblem[]> => {
  const files = hosts.flatMap(({ engine }, index) =>
    Object.entries(engine?.tls ?? {}).map(([member, file]) => ({ path: ["hosts", index, "tls", member], file })),
  );
  const unreadable = async ({ path, file }: { path: MemberPath; file: string }): Promise<ConfigProblem[]> =>
    access(file, constants.R_OK).then(
      () => [],
      () => [problem({ path, about: "value", what: `${file} cannot be read` })],
    );
  return (await Promise.all(files.map(unreadable))).flat();
};

export { ConfigError };
