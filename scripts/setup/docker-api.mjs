import { readFileSync } from "node:fs";
import { request as httpRequest } from "node:http";
import { request as httpsRequest } from "node:https";
import { join } from "node:path";
import { SetupError } from "./say.mjs";

/**
 * One request to a Docker engine, by nothing but HTTP: these scripts run before any package is there.
 * @param {string} dockerHost unix://…, tcp://… or npipe://…
 * @param {string} method
 * @param {string} path
 * @param {{ body?: unknown, tar?: import("node:stream").Readable | Buffer, timeoutMs?: number }} [options]
 * @returns {Promise<{ status: number, body: Buffer, json: () => any }>} rejects only when the engine cannot be reached
 */
export function docker(dockerHost, method, path, { body, tar, timeoutMs = 60_000 } = {}) {
  return new Promise((resolve, reject) => {
    const { send, ...address } = addressOf(dockerHost);
    const headers = {
      Host: "docker",
      ...(tar
        ? { "Content-Type": "application/x-tar" }
        : body === undefined
          ? {}
          : { "Content-Type": "application/json" }),
    };
    const request = send({ ...address, method, path, headers, timeout: timeoutMs }, (answer) => {
      /** @type {Buffer[]} */
      const parts = [];
      answer.on("data", (part) => parts.push(part));
      answer.on("error", reject);
      answer.on("end", () => {
        const whole = Buffer.concat(parts);
        resolve({ status: answer.statusCode ?? 0, body: whole, json: () => JSON.parse(whole.toString("utf8")) });
      });
    });
    request.on("timeout", () => request.destroy(new Error(`no answer within ${timeoutMs} ms`)));
    request.on("error", reject);
    if (tar && !Buffer.isBuffer(tar)) tar.on("error", (error) => request.destroy(error)).pipe(request);
    else request.end(tar ?? (body === undefined ? undefined : JSON.stringify(body)));
  });
}

/**
 * The same, for a caller who accepts nothing but success.
 * @param {Parameters<typeof docker>} call
 */
export async function dockerOk(...call) {
  const answer = await docker(...call);
  if (answer.status < 400) return answer;
  throw new SetupError(`Docker refused ${call[1]} ${call[2]}: ${answer.status} ${messageOf(answer.body)}`);
}

/** @param {Buffer} body */
function messageOf(body) {
  try {
    return JSON.parse(body.toString("utf8")).message;
  } catch {
    return body.toString("utf8").slice(0, 300);
  }
}

/** @param {string} dockerHost */
function addressOf(dockerHost) {
  const [, scheme, rest = ""] = /^([a-z]+):\/\/(.*)$/.exec(dockerHost) ?? [];
  if (scheme === "unix" || scheme === "npipe")
    return { send: httpRequest, socketPath: rest.replace(/^\/\/\.\/pipe/, "\\\\.\\pipe") };
  if (scheme !== "tcp") throw new SetupError(`${dockerHost}: only unix:// and tcp:// engines can be set up from here.`);
  const { hostname, port } = new URL(`http://${rest}`);
  const certificates = process.env.DOCKER_CERT_PATH;
  if (!process.env.DOCKER_TLS_VERIFY || !certificates) return { send: httpRequest, hostname, port: port || 2375 };
  const pem = (/** @type {string} */ name) => readFileSync(join(certificates, name));
  return {
    send: httpsRequest,
    hostname,
    port: port || 2376,
    ca: pem("ca.pem"),
    cert: pem("cert.pem"),
    key: pem("key.pem"),
  };
}
