import { CliError } from "../failure.ts";
import type { RegistryLogin } from "../images/registry-login.ts";
import type { Out } from "../out.ts";
import { bytes } from "../views/words.ts";
import { type Advice, advised } from "./advice.ts";
import type { BuildContext } from "./context.ts";
import type { Engine, EngineMessage } from "./engine.ts";
import { registryConfig } from "./registry-auth.ts";

/** The options of a Dockerfile's build. */
export interface BuildOptions {
  readonly buildArg?: readonly (readonly [name: string, value: string])[];
  readonly target?: string;
  /** `false`: nothing is taken from earlier builds. */
  readonly cache?: boolean;
}

interface BuildDeps {
  readonly engine: Engine;
  readonly out: Out;
  readonly signal: AbortSignal;
  /** With which the engine pulls images that the Dockerfile begins with. */
  readonly login: RegistryLogin;
}

/** What an engine says for itself and nobody reads: ids of the containers and images in between. */
const NOISE = /^ ---> (?:[0-9a-f]{12}|Running in [0-9a-f]+)$|^Removing intermediate container|^Successfully built/;

const NOT_PULLED: Advice = {
  when: /registry-1\.docker\.io|pull access denied/,
  hint: "the engine has berth/busybox and berth/node: begin with FROM berth/busybox",
};

/** Builds on the engine and tells every step. Returns the image's id. Throws CliError with the engine's words. */
export const buildImage = async (
  { engine, out, signal, login }: BuildDeps,
  { dockerfile, tar }: BuildContext,
  { buildArg = [], target, cache = true }: BuildOptions,
): Promise<string> => {
  const query = {
    dockerfile,
    rm: "true",
    forcerm: "true",
    buildargs: JSON.stringify(Object.fromEntries(buildArg)),
    ...(target !== undefined && { target }),
    ...(!cache && { nocache: "true" }),
  };
  const headers = { "content-type": "application/x-tar", "x-registry-config": registryConfig(login) };
  let id: string | undefined;
  const messages = engine.messages("/build", { query, headers, body: tar(), signal });
  for await (const message of advised(messages, NOT_PULLED)) {
    const told = (message.stream ?? "").split(/\r?\n/).filter((line) => line.trim() !== "" && !NOISE.test(line));
    for (const line of told) out.note(line);
    if (message.status) out.progress(pulling(message));
    id = message.aux?.ID ?? id;
  }
  out.progress("");
  if (id === undefined) throw new CliError("the engine built no image");
  return id;
};

const pulling = ({ id, status = "", progressDetail: { current, total } = {} }: EngineMessage): string => {
  const part = current !== undefined && total !== undefined ? ` ${bytes(current)} of ${bytes(total)}` : "";
  return `${id ? `${id} ` : ""}${status.toLowerCase()}${part}`;
};
