import { readFileSync, writeFileSync } from "node:fs";
import t from "tap";
import { modelOf } from "../../src/http/aws/model.ts";
import { enumMembersOf } from "../wire/support/enum-members-of.ts";

const manifest = JSON.parse(readFileSync("package.json", "utf8")) as Record<string, Record<string, string>>;
const CLIENTS = Object.keys({ ...manifest.dependencies, ...manifest.devDependencies })
  .filter((name) => name.startsWith("@aws-sdk/client-"))
  .map((name) => name.slice("@aws-sdk/".length));

const fileFor = (client: string): string => {
  const name = client.slice("client-".length);
  const constant = `${name.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase())}Enums`;
  const heading = `/** Made from the declarations of @aws-sdk/${client}; see ../enum-members.ts. */`;
  return `${heading}\nexport const ${constant} = \`\n${enumMembersOf(client)}\`;\n`;
};

const isMember = (module: Record<string, unknown>, place: string): boolean => {
  const [structure, member] = place.split(".");
  const schema = module[`${structure}$`] as unknown[] | undefined;
  return Boolean((schema?.[4] as string[] | undefined)?.includes(member!));
};

for (const client of CLIENTS) {
  t.test(`the enum members of ${client} are what its declarations say`, async (t) => {
    const path = `src/http/aws/enum-members/${client.slice("client-".length)}.ts`;
    if (process.env.BERTH_WRITE_ENUMS) writeFileSync(path, fileFor(client));
    t.equal(readFileSync(path, "utf8"), fileFor(client), "run it with BERTH_WRITE_ENUMS=1 to bring it up to date");
  });

  t.test(`every enum member of ${client} stands in the model`, async (t) => {
    const module = (await import(`@aws-sdk/${client}`)) as Record<string, unknown>;
    t.ok(modelOf(module).operations.size > 0);
    const strangers = enumMembersOf(client)
      .trim()
      .split("\n")
      .flatMap((line) => {
        const [name = "", members = ""] = line.split(": ");
        return typeof module[name] === "object"
          ? members.split(" ").filter((place) => !isMember(module, place))
          : [name];
      });
    t.same(strangers, []);
  });
}
