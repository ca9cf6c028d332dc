import { howToGet } from "./advice.mjs";
import { aptInstall, canInstall } from "./apt.mjs";
import { SetupError } from "./say.mjs";
import { which } from "./which.mjs";

/** What Berth runs beside itself, always as its own instance: only the program is taken from the system. */
const PROGRAMS = /** @type {const} */ ({
  redis: { names: ["redis-server"], package: "redis-server", what: "Redis" },
  registry: { names: ["docker-registry", "registry"], package: "docker-registry", what: "the Distribution registry" },
});

/**
 * @returns {Promise<{ redisServer: string, registry: string }>} full paths
 */
export async function findPrograms() {
  const missing = Object.values(PROGRAMS).filter(({ names }) => which(...names) === undefined);
  if (missing.length > 0 && canInstall()) await aptInstall(missing.map((program) => program.package));
  return { redisServer: pathOf("redis"), registry: pathOf("registry") };
}

/** @param {keyof typeof PROGRAMS} part */
function pathOf(part) {
  const { names, what } = PROGRAMS[part];
  const path = which(...names);
  if (path) return path;
  throw new SetupError(`${what} is missing (no ${names.join(" or ")} on PATH). To get it: ${howToGet(part)}.`);
}
