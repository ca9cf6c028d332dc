import { docker, dockerOk } from "../setup/docker-api.mjs";
import { SetupError, say } from "../setup/say.mjs";

/**
 * Where a recipe cannot be made (its sources are Linux programs), the public image of the same name stands in.
 * @param {string} dockerHost
 * @param {import("./base-images.mjs").Recipe} recipe
 */
export async function pullInstead(dockerHost, { tag, publicImage }) {
  if ((await docker(dockerHost, "GET", `/images/${tag}/json`)).status === 200) return;
  say(`Pulling ${publicImage} as ${tag} …`);
  const [from, fromTag] = publicImage.split(":");
  const pull = await dockerOk(dockerHost, "POST", `/images/create?fromImage=${from}&tag=${fromTag}`, {
    timeoutMs: 300_000,
  });
  // A pull that fails midway still answers 200; what went wrong stands in its stream of JSON lines.
  const failure = /"error":"((?:[^"\\]|\\.)*)"/.exec(pull.body.toString("utf8"))?.[1];
  if (failure) throw new SetupError(`${publicImage} cannot be pulled for ${tag}: ${failure}`);
  const [repository, name] = tag.split(":");
  await dockerOk(dockerHost, "POST", `/images/${publicImage}/tag?repo=${repository}&tag=${name}`);
}
