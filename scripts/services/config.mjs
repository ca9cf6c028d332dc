import { readText } from "../setup/files.mjs";
import { SetupError } from "../setup/say.mjs";

/**
 * The few members of berth.yaml that decide what is started. The control plane validates the whole file.
 * @typedef {object} ServicesConfig
 * @property {boolean} ownRedis false when the config names an existing Redis (`redis.url`)
 * @property {boolean} ownRegistry false when the config names an existing registry (`registry.url`)
 * @property {"always" | "everysec"} appendfsync `redis.appendfsync`
 * @property {string[]} engines every engine the hosts name (`hosts[].docker`)
 */

/**
 * Call it after the packages are installed: it needs `yaml`.
 * @param {string} path an absent file is an empty config
 * @returns {Promise<ServicesConfig>}
 */
export async function servicesConfig(path) {
  if (process.env.BERTH_CONFIG && readText(path) === undefined) {
    throw new SetupError(`BERTH_CONFIG names ${path}, and there is no such file.`);
  }
  const { parse } = await import("yaml");
  const config = parseOrExplain(parse, path) ?? {};
  const appendfsync = config.redis?.appendfsync ?? "always";
  if (appendfsync !== "always" && appendfsync !== "everysec") {
    throw new SetupError(`${path}: redis.appendfsync is ${JSON.stringify(appendfsync)}; it can be always or everysec.`);
  }
  const hosts = Array.isArray(config.hosts) ? config.hosts : [];
  return {
    ownRedis: config.redis?.url === undefined,
    ownRegistry: config.registry?.url === undefined,
    appendfsync,
    engines: [
      ...new Set(
        hosts
          .map((/** @type {any} */ host) => host?.docker)
          .filter((/** @type {unknown} */ docker) => typeof docker === "string"),
      ),
    ],
  };
}

/**
 * @param {typeof import("yaml").parse} parse
 * @param {string} path
 */
function parseOrExplain(parse, path) {
  try {
    return parse(readText(path) ?? "");
  } catch (error) {
    throw new SetupError(
      `${path} is not YAML: ${/** @type {Error} */ (error).message.split("\n")[0]?.replace(/:$/, "")}`,
    );
  }
}
