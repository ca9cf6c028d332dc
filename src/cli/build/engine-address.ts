import { readFileSync } from "node:fs";
import type { RequestOptions } from "node:https";
import { join } from "node:path";
import type { Env } from "../connection.ts";
import { CliError } from "../failure.ts";

/** Where a Docker engine listens, as Node's http and https take it. */
export interface EngineAddress {
  /** As DOCKER_HOST names it. */
  readonly name: string;
  readonly isTls: boolean;
  readonly options: Pick<RequestOptions, "socketPath" | "host" | "port" | "ca" | "cert" | "key">;
}

/** Reads DOCKER_HOST's forms, with the certificates that the docker command would use. Throws CliError for one that is not understood. */
export const engineAddress = (name: string, env: Env): EngineAddress => {
  const [, scheme, rest = ""] = /^(unix|npipe|tcp|http|https):\/\/(.+)$/.exec(name) ?? [];
  if (scheme === "unix") return { name, isTls: false, options: { socketPath: rest } };
  // npipe:////./pipe/docker_engine
  if (scheme === "npipe") return { name, isTls: false, options: { socketPath: rest.replaceAll("/", "\\") } };
  if (scheme === undefined) {
    throw new CliError(`berth build cannot reach an engine at ${name}`, {
      hint: "set DOCKER_HOST to a unix:// or tcp:// address; a socket over SSH: ssh -N -L /tmp/engine.sock:/var/run/docker.sock HOST",
    });
  }
  const { hostname, port } = new URL(`http://${rest}`);
  const isTls = scheme === "https" || (scheme === "tcp" && Boolean(env.DOCKER_TLS_VERIFY));
  const address = { host: hostname, port: port || (isTls ? "2376" : "2375") };
  return { name, isTls, options: { ...address, ...(isTls && certificates(env)) } };
};

const certificates = ({ DOCKER_CERT_PATH: folder, HOME = "." }: Env): Pick<RequestOptions, "ca" | "cert" | "key"> => {
  const read = (file: string) => readFileSync(join(folder || join(HOME, ".docker"), file));
  try {
    return { ca: read("ca.pem"), cert: read("cert.pem"), key: read("key.pem") };
  } catch (error) {
    throw new CliError(`the engine is to be reached by TLS, and ${(error as Error).message}`, {
      hint: "set DOCKER_CERT_PATH to the folder of ca.pem, cert.pem and key.pem",
    });
  }
};
