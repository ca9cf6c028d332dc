import { resolve } from "node:path";
import { type Failpoint, parseFailpoints } from "../kernel/failpoints.ts";
import { ConfigError, type ConfigProblem } from "./problem.ts";

/** What the environment settles. */
export interface Environment {
  readonly home: string;
  readonly apiPort: number;
  readonly registryPort: number;
  /** The file that BERTH_CONFIG names; `undefined` where it names none. */
  readonly configFile?: string;
  readonly dockerHost?: string;
  readonly failpoints: readonly Failpoint[];
  /** For engines reached over ssh: the agent that SSH_AUTH_SOCK names, and the user's known hosts. */
  readonly ssh?: { readonly agent: string; readonly knownHosts: string };
}

const DOCKER_HOST = /^(unix:\/\/\/.+|tcp:\/\/.+|ssh:\/\/.+)$/;

/** Reads the variables. An empty one counts as absent. Throws ConfigError with all that is wrong. */
export const readEnvironment = (env: Readonly<Record<string, string | undefined>>, cwd: string): Environment => {
  const problems: ConfigProblem[] = [];
  const port = (name: string, usual: number): number => {
    const number = Number(env[name] || usual);
    if (Number.isInteger(number) && number > 0 && number < 65_536) return number;
    problems.push({ where: name, what: `${env[name]} is not a port: give a number from 1 to 65535` });
    return usual;
  };
  const failpoints = (): Failpoint[] => {
    try {
      return parseFailpoints(env.BERTH_FAILPOINTS ?? "");
    } catch (error) {
      problems.push({ where: "BERTH_FAILPOINTS", what: error instanceof Error ? error.message : String(error) });
      return [];
    }
  };
  const read: Environment = {
    home: resolve(cwd, env.BERTH_HOME || ".berth"),
    apiPort: port("BERTH_PORT", 4566),
    registryPort: port("BERTH_REGISTRY_PORT", 4510),
    failpoints: failpoints(),
    ...(env.BERTH_CONFIG && { configFile: resolve(cwd, env.BERTH_CONFIG) }),
    ...(env.SSH_AUTH_SOCK && {
      ssh: { agent: env.SSH_AUTH_SOCK, knownHosts: resolve(cwd, env.HOME || "/", ".ssh", "known_hosts") },
    }),
    ...(env.DOCKER_HOST && { dockerHost: env.DOCKER_HOST }),
  };
  if (read.apiPort === read.registryPort) {
    problems.push({ where: "BERTH_REGISTRY_PORT", what: `${read.registryPort} is BERTH_PORT already` });
  }
  if (read.dockerHost && !DOCKER_HOST.test(read.dockerHost)) {
    problems.push({ where: "DOCKER_HOST", what: `${read.dockerHost} is not unix:///…, tcp://… or ssh://…` });
  }
  if (problems.length > 0) throw new ConfigError(problems);
  return read;
};
