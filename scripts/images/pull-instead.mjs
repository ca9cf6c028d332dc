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
  const pull = await docker(dockerHost, "POST", `/images/create?fromImage=${from}&tag=${fromTag}`, {
    timeoutMs: 300_000,
  });
  // A pull that fails midway still answers 200; what went wrong stands in its stream of JSON lines.
  const said = pull.body.toString("utf8");
  const failure = /"(?:error|message)":"((?:[^"\\]|\\.)*)"/.exec(said)?.[1];
  if (failure || pull.status >= 400) {
    throw new SetupError(
      `${tag} can be made neither from the recipe in registry/ (it takes a static busybox, or apt-get download busybox-static) nor from ${publicImage}: ${failure ?? said}`,
    );
  }
  const [repository, name] = tag.split(":");
  await dockerOk(dockerHost, "POST", `/images/${publicImage}/tag?repo=${repository}&tag=${name}`);
}
