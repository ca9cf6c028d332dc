import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import t from "tap";
import { STATE_TABLES, statesPage } from "../../scripts/docs/states-page.mjs";

const ROOT = resolve(import.meta.dirname, "../..");

t.test("docs/states.md is what the tables say", async (t) => {
  const page = await statesPage((file) => import(join(ROOT, "src", `${file}.ts`)));
  t.equal(readFileSync(join(ROOT, "docs/states.md"), "utf8"), page, "print it again: node scripts/print-states.mjs");
  t.match(page, "| PENDING |");
});

t.test("every state table of the source is on the page", async (t) => {
  const declared = readdirSync(join(ROOT, "src"), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts"))
    .flatMap((file) =>
      [...readFileSync(join(ROOT, "src", file), "utf8").matchAll(/^export const (\w+): Moves</gm)].map(
        ([, name]) => `${file.replace(/\.ts$/, "")} ${name}`,
      ),
    );
  t.same(declared.sort(), STATE_TABLES.map(({ file, name }) => `${file} ${name}`).sort());
});
