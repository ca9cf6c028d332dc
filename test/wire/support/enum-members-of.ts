import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

const require = createRequire(import.meta.url);

const declarationsOf = (client: string): string => {
  const root = dirname(require.resolve(`@aws-sdk/${client}/package.json`));
  const models = join(root, "dist-types", "models");
  return readdirSync(models)
    .filter((file) => file.endsWith(".d.ts"))
    .map((file) => readFileSync(join(models, file), "utf8"))
    .join("\n");
};

const INTERFACE = /^export interface (\w+) \{\n([\s\S]*?)^\}/gm;
const MEMBER = /^ {4}(\w+)\??: (?:Record<string, (\w+)>|(\w+)(?:\[\])?) \| undefined;/gm;
const ENUM = /@enum\n \*\/\nexport declare const (\w+):/g;

/**
 * Which members of a client's structures are of which enum, as its type declarations say: one line for each enum,
 * `LaunchType: CreateServiceRequest.launchType …`.
 */
export const enumMembersOf = (client: string): string => {
  const text = declarationsOf(client);
  const enums = new Map([...text.matchAll(ENUM)].map((found) => [found[1]!, [] as string[]]));
  for (const [, structure, body] of text.matchAll(INTERFACE)) {
    for (const [, member, ofMap, plain] of body!.matchAll(MEMBER)) {
      enums.get(ofMap ?? plain!)?.push(`${structure}.${member}`);
    }
  }
  return [...enums]
    .filter(([, members]) => members.length > 0)
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, members]) => `${name}: ${members.sort().join(" ")}\n`)
    .join("");
};
