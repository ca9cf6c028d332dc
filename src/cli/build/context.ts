import { readFileSync, statSync } from "node:fs";
import { join, relative, resolve, sep } from "node:path";
import { Readable } from "node:stream";
import dockerignore from "@balena/dockerignore";
import { pack } from "tar-fs";
import { CliError } from "../failure.ts";

/** What is sent to the engine for a build. */
export interface BuildContext {
  /** Below the folder, with slashes. */
  readonly dockerfile: string;
  /** The folder as a tar, without what its .dockerignore leaves out. */
  tar(): Readable;
}

/** Reads a build's folder. Throws CliError where there is none, or no Dockerfile in it; `file` is from where the command runs. */
export const buildContext = (folder: string, file = join(folder, "Dockerfile")): BuildContext => {
  const root = resolve(folder);
  if (!statSync(root, { throwIfNoEntry: false })?.isDirectory()) throw new CliError(`${folder} is not a folder`);
  if (!statSync(resolve(file), { throwIfNoEntry: false })?.isFile())
    throw new CliError(`there is no ${file}`, { hint: "name another Dockerfile with --file" });
  const dockerfile = slashed(relative(root, resolve(file)));
  if (dockerfile.startsWith("../"))
    throw new CliError(`${file} lies outside ${folder}, and only that is sent to build`);
  const isLeftOut = leftOut(rulesOf(root), [dockerfile, ".dockerignore"]);
  const ignore = (path: string) => isLeftOut(slashed(relative(root, path)));
  // Modes as they are: with this process's mask, the same folder would make other images for other users.
  const options = { ignore, umask: 0 };
  return { dockerfile, tar: () => Readable.from(pack(root, options), { objectMode: false }) };
};

const slashed = (path: string): string => path.split(sep).join("/");

const rulesOf = (root: string): string[] => {
  try {
    return readFileSync(join(root, ".dockerignore"), "utf8").split(/\r?\n/);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
};

/** The engine needs the Dockerfile and .dockerignore, whatever the rules say. */
const leftOut = (rules: string[], needed: readonly string[]): ((path: string) => boolean) => {
  const ignored = dockerignore.default().add(rules);
  const kept = [
    ...needed,
    ...rules.filter((rule) => rule.startsWith("!")).map((rule) => rule.slice(1).trim().replace(/^\/+/, "")),
  ];
  // A folder that is left out is not looked into, unless something below it is to come along.
  const leadsToKept = (path: string): boolean => kept.some((one) => `${one}/`.startsWith(`${path}/`));
  return (path) => path !== "" && ignored.ignores(path) && !needed.includes(path) && !leadsToKept(path);
};
