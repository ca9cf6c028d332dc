import { docker, dockerOk } from "../setup/docker-api.mjs";

// As many at once as an engine does well.
const LANES = 4;
const GRACE_SECONDS = 5;

/**
 * Stops the running containers of one installation on one engine. They stay there, stopped, so that the control plane
 * records their exit codes when it comes back.
 * @param {string} dockerHost
 * @param {string} installationId
 * @returns {Promise<number>} how many were stopped
 */
export async function stopOwnContainers(dockerHost, installationId) {
  const waiting = await runningContainers(dockerHost, { label: [`berth.installation=${installationId}`] });
  const count = waiting.length;
  const lane = async () => {
    for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
      // 304 says it had stopped already, 404 that it is gone: both are the state we want.
      const answer = await docker(dockerHost, "POST", `/containers/${id}/stop?t=${GRACE_SECONDS}`);
      if (answer.status >= 400 && answer.status !== 404)
        throw new Error(`Docker could not stop ${id}: ${answer.status}`);
    }
  };
  await Promise.all(Array.from({ length: LANES }, lane));
  return count;
}

/**
 * @param {string} dockerHost
 * @param {Record<string, string[]>} [filters]
 * @returns {Promise<string[]>} ids
 */
export async function runningContainers(dockerHost, filters = {}) {
  const query = encodeURIComponent(JSON.stringify(filters));
  const list = await dockerOk(dockerHost, "GET", `/containers/json?filters=${query}`);
  return list.json().map((/** @type {{ Id: string }} */ container) => container.Id);
}
