import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, dirname, join, relative, resolve } from "node:path";
import t from "tap";

// The directions of imports, and what a file may look like. Who needs an exception changes the house first, then this test.

const ROOT = resolve(import.meta.dirname, "../..");

interface Import {
  readonly from: string;
  /** A file below src, or a package. */
  readonly to: string;
  readonly isPackage: boolean;
  readonly isType: boolean;
}

const IMPORT = /^(?:import|export)\b(\s+type\b)?[^"';]*?\bfrom\s*"([^"]+)"|\bimport\s*\(?\s*"([^"]+)"/gm;

const withoutComments = (text: string): string => text.replaceAll(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, "");

const importsOf = (from: string, text: string): Import[] =>
  [...withoutComments(text).matchAll(IMPORT)].map(([, type, named, bare]) => {
    const specifier = named ?? bare ?? "";
    const isPackage = !specifier.startsWith(".");
    const to = isPackage ? specifier : join(dirname(from), specifier);
    return { from, to, isPackage, isType: type !== undefined };
  });

const sources = readdirSync(join(ROOT, "src"), { recursive: true, encoding: "utf8" })
  .filter((file) => file.endsWith(".ts"))
  .sort()
  .map((path) => ({ path, text: readFileSync(join(ROOT, "src", path), "utf8") }));

const imports = sources.flatMap(({ path, text }) => importsOf(path, text));

const isIn = (path: string, ...folders: string[]): boolean => folders.some((folder) => path.startsWith(`${folder}/`));

/** `ecs`, `admin`: every folder below src that is a service, now or later. */
const NO_WINGS = ["adapters", "app", "cli", "config", "fleet", "http", "kernel"];
const wingOf = (path: string): string | undefined => {
  const top = path.includes("/") ? (path.split("/")[0] ?? "") : "";
  return top === "" || NO_WINGS.includes(top) ? undefined : top;
};
const isWing = (path: string): boolean => wingOf(path) !== undefined;
/** Where everything is put together: main.ts, app.ts, config.ts and their folders. */
const isRoot = (path: string): boolean => !path.includes("/") || isIn(path, "app", "config");
const isModel = (path: string): boolean => /^[^/]+\/model\//.test(path) && (isWing(path) || isIn(path, "fleet"));
const partOf = (path: string): string => path.split("/")[1] ?? "";

const said = ({ from, to }: Import): string => `${from} imports ${to}`;
type Rule = (one: Import) => boolean;
const breachesAmong = (some: readonly Import[], concerned: Rule, allowed: Rule): string[] =>
  some.filter((one) => concerned(one) && !allowed(one)).map(said);
/** Imports between our own files that break a rule: of those that `concerned` picks, all that are not `allowed`. */
const breaches = (concerned: Rule, allowed: Rule): string[] =>
  breachesAmong(
    imports.filter(({ isPackage }) => !isPackage),
    concerned,
    allowed,
  );
/** The same of imports of packages. */
const packageBreaches = (concerned: Rule, allowed: Rule): string[] =>
  breachesAmong(
    imports.filter(({ isPackage }) => isPackage),
    concerned,
    allowed,
  );
const files = (isOdd: (text: string, path: string) => boolean): string[] =>
  sources.filter(({ path, text }) => isOdd(withoutComments(text), path)).map(({ path }) => path);

t.test("imports are read in every form they are written in", async (t) => {
  const text = `
import { a } from "./a.ts";
import type { B } from "../b.ts";
import {
  type C,
  d,
} from "c";
import "./e.ts";
export * from "./f.ts";
export type { G } from "./g.ts";
const h = await import("node:h");
/** import x from "./comment.ts"; \`typeof import("comment")\` */
// import y from "./comment.ts";
const no = 'a line from "nowhere"';
`;
  t.same(
    importsOf("ecs/model/x.ts", text).map(({ to, isType }) => (isType ? `type ${to}` : to)),
    ["ecs/model/a.ts", "type ecs/b.ts", "c", "ecs/model/e.ts", "ecs/model/f.ts", "type ecs/model/g.ts", "node:h"],
  );
});

t.test("the house is read whole: every relative import names a file with its ending", async (t) => {
  t.ok(imports.length > 1000, `${imports.length} imports`);
  t.same(
    breaches(
      () => true,
      ({ to }) => to.endsWith(".ts") && existsSync(join(ROOT, "src", to)),
    ),
    [],
  );
  for (const folder of [...NO_WINGS, "ecs", "sts", "admin"])
    t.ok(
      sources.some(({ path }) => isIn(path, folder)),
      folder,
    );
});

t.test("the kernel knows nothing of the house around it", async (t) => {
  t.same(
    breaches(
      ({ from }) => isIn(from, "kernel"),
      ({ to }) => isIn(to, "kernel"),
    ),
    [],
  );
});

t.test("the fleet knows the kernel, and no service", async (t) => {
  t.same(
    breaches(
      ({ from }) => isIn(from, "fleet"),
      ({ to }) => isIn(to, "fleet", "kernel"),
    ),
    [],
  );
});

t.test("http knows the kernel: no service, no fleet, no adapter", async (t) => {
  t.same(
    breaches(
      ({ from }) => isIn(from, "http"),
      ({ to }) => isIn(to, "http", "kernel"),
    ),
    [],
  );
});

t.test("a service knows itself, the kernel and the fleet's index; never http, adapters or the wiring", async (t) => {
  t.same(
    breaches(
      ({ from }) => isWing(from),
      ({ from, to }) => isIn(to, "kernel") || to === "fleet/index.ts" || isWing(to) || wingOf(to) === wingOf(from),
    ),
    [],
  );
});

/** Which services may build on which. */
const BUILDS_ON: Readonly<Record<string, readonly string[]>> = {
  batch: ["ecs", "logs", "secrets", "ecr"],
  ecs: ["logs", "secrets", "ecr"],
};

t.test("a service sees another one through its index only, and only batch → ecs → logs, secrets, ecr", async (t) => {
  const isForeign = ({ from, to }: Import): boolean => isWing(from) && isWing(to) && wingOf(from) !== wingOf(to);
  t.same(
    breaches(isForeign, ({ from, to }) => (BUILDS_ON[wingOf(from)!] ?? []).some((wing) => to === `${wing}/index.ts`)),
    [],
  );
});

t.test("adapters see ports and models, nothing else of the house", async (t) => {
  const isPort = (to: string): boolean => /^[^/]+\/ports\.ts$/.test(to) || isIn(to, "kernel");
  t.same(
    breaches(
      ({ from }) => isIn(from, "adapters"),
      ({ to }) => isPort(to) || isModel(to) || isIn(to, "adapters"),
    ),
    [],
  );
});

t.test("one adapter does not lean on another", async (t) => {
  const adapterOf = (path: string): string => path.split("/").slice(0, 2).join("/");
  t.same(
    breaches(
      ({ from, to }) => isIn(from, "adapters") && isIn(to, "adapters"),
      ({ from, to }) => adapterOf(from) === adapterOf(to),
    ),
    [],
  );
});

t.test("a model knows models and the kernel: no loops, no operations, no ports", async (t) => {
  t.same(
    breaches(
      ({ from }) => isModel(from),
      ({ from, to }) =>
        isIn(to, "kernel") ||
        (isWing(from) && to === "fleet/index.ts") ||
        to.startsWith(`${from.split("/")[0]}/model/`) ||
        (isWing(to) && wingOf(to) !== wingOf(from)),
    ),
    [],
  );
});

t.test("operations and loops never know each other", async (t) => {
  const isBetween = ({ from, to }: Import): boolean =>
    from.split("/")[0] === to.split("/")[0] && (isWing(from) || isIn(from, "fleet"));
  t.same(
    breaches(
      (one) => isBetween(one) && ["control", "operations"].includes(partOf(one.from)),
      ({ from, to }) => !["control", "operations"].includes(partOf(to)) || partOf(from) === partOf(to),
    ),
    [],
  );
});

t.test("only the wiring reaches past an index", async (t) => {
  t.same(
    breaches(
      ({ from, to }) => isRoot(from) && isWing(to),
      ({ to }) => basename(to) === "index.ts",
    ),
    [],
    "and even the wiring sees a service through its index",
  );
  t.same(
    breaches(
      ({ to }) => isRoot(to),
      ({ from }) => isRoot(from),
    ),
    [],
    "nobody imports the wiring",
  );
  t.same(
    breaches(
      ({ from }) => from === "config.ts" || isIn(from, "config"),
      ({ to }) => isIn(to, "config", "kernel", "fleet/model") || to === "config.ts" || to === "fleet/ports.ts",
    ),
    [],
    "the configuration knows how a host is declared, and nothing that runs",
  );
});

t.test("the command line speaks to Berth over HTTP and knows nothing else of its source", async (t) => {
  t.same(
    breaches(
      ({ from, to }) => isIn(from, "cli") || isIn(to, "cli"),
      ({ from, to }) => isIn(from, "cli") && isIn(to, "cli"),
    ),
    [],
  );
});

/** Built-in modules that only calculate. */
const PURE = ["node:crypto", "node:path", "node:util"];

t.test("models are pure: no package but types, no waiting, no clock, no randomness, no log", async (t) => {
  t.same(
    packageBreaches(
      ({ from }) => isModel(from),
      ({ to, isType }) => isType || PURE.includes(to),
    ),
    [],
  );
  const IMPURE =
    /\bawait\b|\basync\b|Date\.now|new Date\(\)|Math\.random|random(?:Bytes|UUID|Int)|console\.|\bprocess\./;
  t.same(
    files((text, path) => isModel(path) && IMPURE.test(text)),
    [],
  );
});

t.test("time and randomness come in from outside", async (t) => {
  const isSource = (path: string): boolean =>
    ["kernel/clock.ts", "kernel/random.ts", "adapters/simulated/clock.ts"].includes(path) || isIn(path, "cli");
  t.same(
    files((text, path) => !isSource(path) && /Date\.now|new Date\(\)|Math\.random/.test(text)),
    [],
  );
});

const AT_HOME: Readonly<Record<string, string>> = {
  ioredis: "adapters",
  bullmq: "adapters/bullmq",
  dockerode: "adapters/docker",
  fastify: "http",
  commander: "cli",
};

t.test("a package that speaks to the outside is imported in one place", async (t) => {
  for (const [name, home] of Object.entries(AT_HOME)) {
    // The wiring hands the server's logger on and names its type.
    const isHandedOn = ({ from, isType }: Import): boolean => name === "fastify" && isType && isRoot(from);
    const isIt = ({ to }: Import): boolean => to === name || to.startsWith(`${name}/`);
    t.ok(imports.some(isIt), `${name} is used at all`);
    t.same(
      packageBreaches(isIt, (one) => isIn(one.from, home) || isHandedOn(one)),
      [],
      name,
    );
  }
});

t.test("only main.ts and the command read the environment", async (t) => {
  t.same(
    files((text, path) => path !== "main.ts" && !isIn(path, "cli") && /process\.env/.test(text)),
    [],
  );
});

t.test("files are small and named for what is inside", async (t) => {
  const all = ["src", "test", "scripts", "bench", "registry"].flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" })
      .filter((file) => /\.(ts|mjs|lua)$/.test(file))
      .map((file) => join(ROOT, folder, file)),
  );
  const ours = all.map((file) => ({ path: relative(ROOT, file), text: readFileSync(file, "utf8") }));
  const odd = (isOdd: (path: string, text: string) => boolean): string[] =>
    ours.filter(({ path, text }) => isOdd(path, text)).map(({ path }) => path);
  const lines = (text: string): number => text.split("\n").length - 1;
  t.same(
    odd((path, text) => path.startsWith("src/") && lines(text) > 300),
    [],
    "none over 300 lines",
  );
  const inSource = sources.map(({ text }) => lines(text)).sort((a, b) => a - b);
  t.ok(inSource[Math.floor(inSource.length * 0.85)]! < 100, "most under 100 lines");
  t.same(
    odd((path) => !/^[a-z0-9]+(-[a-z0-9]+)*(\.test|\.long)?\.(ts|mjs|lua)$/.test(basename(path))),
    [],
    "kebab-case",
  );
  t.same(
    // Secrets Manager is the name of a service.
    odd((path) => /\b(utils?|helpers?|(?<!secrets-)managers?|misc|common)\b/.test(path)),
    [],
    "no drawer for odds and ends",
  );
});

t.test(
  "a test file waits for nothing between its tests: tap takes one that is idle for done, and skips the rest",
  async (t) => {
    const waitsBetween = (text: string): boolean => {
      const first = text.search(/^(?:await )?t\.test\(/m);
      return first >= 0 && /^(?![\s/]).*\bawait\s+(?!t\.test\(|leavesNothing\()/m.test(text.slice(first));
    };
    t.ok(waitsBetween('t.test("a", one);\nconst world = await aWorld(t);\nt.test("b", two);\n'));
    t.notOk(
      waitsBetween(
        'const world = await aWorld(t);\nawait t.test("a", one);\nt.test("b", async () => {\n  await two();\n});\n',
      ),
    );
    const tests = readdirSync(join(ROOT, "test"), { recursive: true, encoding: "utf8" })
      .filter((file) => /\.(test|long)\.ts$/.test(file))
      .map((file) => ({ file, text: readFileSync(join(ROOT, "test", file), "utf8") }));
    t.same(
      // What is quoted is no code of this file's.
      tests.filter(({ text }) => waitsBetween(text.replaceAll(/`[^`]*`/g, ""))).map(({ file }) => file),
      [],
    );
  },
);

t.test("types are not talked away", async (t) => {
  t.same(
    files((text) => /\bas any\b|@ts-(ignore|nocheck|expect-error)|<any>/.test(text)),
    [],
  );
});

t.test("no file only passes on what others export, but the index of a service or the fleet", async (t) => {
  const isBarrel = (text: string): boolean => {
    const statements = text.split(/;\s*\n/).filter((statement) => statement.trim() !== "");
    const passedOn = statements.filter((statement) => /^\s*export\b[^=]*\bfrom\s*"/.test(statement));
    return statements.length > 0 && passedOn.length === statements.length;
  };
  t.ok(isBarrel('export { a } from "./a.ts";\nexport type * from "./b.ts";\n'));
  t.same(
    files((text, path) => isBarrel(text) && !/^[^/]+\/index\.ts$/.test(path)),
    [],
  );
  t.same(
    files((_text, path) => basename(path) === "index.ts" && !/^[^/]+\/index\.ts$/.test(path)),
    [],
    "no other index",
  );
});

t.test("classes are errors", async (t) => {
  t.same(
    files((text) =>
      [...text.matchAll(/^\s*(?:export )?(?:abstract )?class (\w+)(?: extends (\w+))?/gm)].some(
        ([, , base]) => !/(Error|Exception|Failure)$/.test(base ?? ""),
      ),
    ),
    [],
  );
});
