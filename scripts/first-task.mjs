import { docker, dockerOk } from "./setup/docker-api.mjs";
import { readText } from "./setup/files.mjs";
import { say } from "./setup/say.mjs";

const IMAGE = "berth/busybox:latest";
const COMMAND = ["sh", "-c", "echo Hello from Berth, on $(uname -s) $(uname -m)"];

/**
 * Runs one container to its end and shows it. It stands in for `berth run` until the control plane is there.
 * @param {string} dockerHost
 * @param {import("./setup/paths.mjs").BerthPaths} paths
 * @returns {Promise<number>} its exit code
 */
export async function runFirstTask(dockerHost, paths) {
  const installation = readText(paths.installationId)?.trim();
  const Labels = installation ? { "berth.installation": installation } : {};
  const created = await dockerOk(dockerHost, "POST", "/containers/create", {
    body: { Image: IMAGE, Cmd: COMMAND, Labels },
  });
  const { Id } = created.json();
  try {
    await dockerOk(dockerHost, "POST", `/containers/${Id}/start`);
    const ended = await dockerOk(dockerHost, "POST", `/containers/${Id}/wait`);
    const exitCode = ended.json().StatusCode;
    const logs = await dockerOk(dockerHost, "GET", `/containers/${Id}/logs?stdout=1&stderr=1`);
    say(`A first container ran on ${dockerHost} (${IMAGE}, ${Id.slice(0, 12)}):`);
    say(indent(textOf(logs.body)));
    say(`  exit code ${exitCode}`);
    return exitCode;
  } finally {
    await docker(dockerHost, "DELETE", `/containers/${Id}?force=1`);
  }
}

/**
 * Without a terminal Docker sends frames: eight bytes, of which the last four are the length, then the text.
 * @param {Buffer} frames
 */
function textOf(frames) {
  let text = "";
  for (let at = 0; at + 8 <= frames.length; ) {
    const end = at + 8 + frames.readUInt32BE(at + 4);
    text += frames.subarray(at + 8, end).toString("utf8");
    at = end;
  }
  return text;
}

/** @param {string} text */
const indent = (text) => text.trimEnd().replace(/^/gm, "  ");
