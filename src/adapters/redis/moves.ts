import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import type { Redis } from "ioredis";
import { KEYS } from "./keys.ts";
import { answered } from "./store-errors.ts";

/** Calls a script of `moves/` or `reads/` by its file's name. Throws StoreUnavailableError where Redis does not answer. */
export type RunScript = (name: string, keys: readonly string[], args: readonly (string | number)[]) => Promise<unknown>;

interface Script {
  readonly source: string;
  readonly sha1: string;
}

const luaText = (text: string): string => JSON.stringify(text);

/** The table `key`, so that no script spells a key itself; of those that the script names, for it is made anew with each call. */
const luaKeys = (script: string): string => {
  const named = new Set(script.match(/\bkey\.\w+/g));
  const members = Object.entries(KEYS).filter(([name]) => named.has(`key.${name}`));
  return `local key = {${members.map(([name, key]) => `${name}=${luaText(key)}`).join(",")}}`;
};

const readText = (path: string): string => readFileSync(new URL(path, import.meta.url), "utf8");

/** The shared pieces that a script names in its head, in that order: `-- USES feed, hosts`. */
const sharedOf = (own: string): string =>
  (/^-- USES (.+)$/m.exec(own)?.[1] ?? "")
    .split(", ")
    .filter((name) => name !== "")
    .map((name) => readText(`moves/shared/${name}.lua`))
    .join("\n");

/** What shared pieces leave for the end of a move, such as its entry of the feed, is done after its last line, wherever that is. */
const scriptOf = (own: string, feedLength: number): string => {
  const shared = sharedOf(own);
  if (!shared.includes("at_end[")) return `${shared}\n${own}`;
  const begin = `local feed_length, at_end = ${feedLength}, {}`;
  const end = "local answer = move()\nfor _, finish in ipairs(at_end) do finish() end\nreturn answer";
  return `${begin}\n${shared}\nlocal function move()\n${own}\nend\n${end}`;
};

const readScripts = (feedLength: number): Map<string, Script> => {
  const scripts = new Map<string, Script>();
  for (const folder of ["moves", "reads"]) {
    for (const file of readdirSync(new URL(folder, import.meta.url))) {
      if (!file.endsWith(".lua")) continue;
      const own = readText(`${folder}/${file}`);
      const script = scriptOf(own, feedLength);
      const source = `${luaKeys(script)}\n${script}`;
      scripts.set(file.slice(0, -".lua".length), { source, sha1: createHash("sha1").update(source).digest("hex") });
    }
  }
  return scripts;
};

const isUnknownScript = (error: unknown): boolean => error instanceof Error && error.message.startsWith("NOSCRIPT");

/** The scripts, ready to be called; the feed they write to keeps about `feedLength` entries. */
export const loadScripts = (redis: Redis, feedLength: number): RunScript => {
  const scripts = readScripts(feedLength);
  return async (name, keys, args) => {
    const script = scripts.get(name);
    if (!script) throw new Error(`no script ${name}.lua`);
    const call = redis.evalsha(script.sha1, keys.length, ...keys, ...args);
    return await answered(
      call.catch((error: unknown) => {
        // A restarted Redis has forgotten its scripts.
        if (!isUnknownScript(error)) throw error;
        return redis.eval(script.source, keys.length, ...keys, ...args);
      }),
    );
  };
};
