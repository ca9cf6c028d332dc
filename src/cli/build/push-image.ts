import { CliError } from "../failure.ts";
import type { RegistryLogin } from "../images/registry-login.ts";
import type { Out } from "../out.ts";
import { bytes } from "../views/words.ts";
import { type Advice, advised } from "./advice.ts";
import type { Engine, EngineMessage } from "./engine.ts";
import { registryAuth } from "./registry-auth.ts";

interface PushDeps {
  readonly engine: Engine;
  readonly out: Out;
  readonly signal: AbortSignal;
  readonly login: RegistryLogin;
}

/** An image on the engine, and the name it gets. */
export interface Pushed {
  readonly imageId: string;
  /** `localhost:4510/app`. */
  readonly uri: string;
  readonly tag: string;
}

/** Names an image and has the engine push it, telling what becomes of each layer. Returns the digest. Throws CliError with the engine's words. */
export const pushImage = async (
  { engine, out, signal, login }: PushDeps,
  { imageId, uri, tag }: Pushed,
): Promise<string> => {
  await engine.post(`/images/${imageId}/tag`, { query: { repo: uri, tag }, signal });
  const headers = { "x-registry-auth": registryAuth(login) };
  const underWay = new Map<string, Progress>();
  let digest: string | undefined;
  const messages = engine.messages(`/images/${uri}/push`, { query: { tag }, headers, signal });
  for await (const message of advised(messages, unreached(login.host))) {
    digest = message.aux?.Digest ?? digest;
    const { id, status = "", progressDetail } = message;
    if (id === undefined || id === tag) continue;
    if (isEnd(message)) {
      underWay.delete(id);
      out.note(`layer ${id} ${ENDS[status] ?? status.toLowerCase()}`);
    } else if (progressDetail?.current !== undefined) underWay.set(id, progressDetail as Progress);
    out.progress(pushing([...underWay.values()]));
  }
  out.progress("");
  if (digest === undefined) throw new CliError(`the engine told no digest of ${uri}:${tag}`);
  return digest;
};

const unreached = (host: string): Advice => ({
  when: /dial tcp|connection refused|HTTP response to HTTPS client|certificate/,
  hint: `the engine that builds has to reach Berth's registry at ${host}; of one on another machine see registry.listen in docs/berth-yaml.md`,
});

interface Progress {
  readonly current: number;
  readonly total?: number;
}

const ENDS: Readonly<Record<string, string>> = { Pushed: "pushed", "Layer already exists": "is there already" };

const isEnd = ({ status = "" }: EngineMessage): boolean => status in ENDS || status.startsWith("Mounted from");

/** The engine counts uncompressed bytes, and may send a few more than it announced. */
const pushing = (layers: readonly Progress[]): string => {
  const current = layers.reduce((sum, layer) => sum + layer.current, 0);
  const total = layers.reduce((sum, layer) => sum + Math.max(layer.total ?? 0, layer.current), 0);
  return total === 0 ? "" : `pushing ${bytes(current)} of ${bytes(total)}`;
};
