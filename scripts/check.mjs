import { join } from "node:path";
import { installPackages } from "./setup/packages.mjs";
import { CHECKOUT } from "./setup/paths.mjs";
import { run } from "./setup/run.mjs";
import { runMain, say } from "./setup/say.mjs";
import { filesBelow } from "./setup/stamp.mjs";

// `npm run check`: types, lint and format, unit tests. No Docker, no Redis; seconds.
await runMain(async () => {
  await installPackages();
  const types = run(program("tsc"), ["-p", ".", "--noEmit", "--pretty", "false"], { cwd: CHECKOUT });
  const style = run(program("biome"), ["check", "."], { cwd: CHECKOUT });
  const units = filesBelow("test/unit").filter((path) => path.endsWith(".test.ts"));
  const tests = run(program("tap"), ["run", "--reporter=terse", ...units], { cwd: CHECKOUT });
  const bad = [];
  for (const [name, work] of /** @type {const} */ ([
    ["types", types],
    ["lint and format", style],
    ["unit tests", tests],
  ])) {
    const { code, output } = await work;
    if (code === 0) continue;
    bad.push(name);
    say(output.trimEnd());
  }
  say(bad.length === 0 ? "types, lint, format and unit tests are good" : `not good: ${bad.join(", ")}`);
  return bad.length === 0 ? 0 : 1;
});

/** @param {string} name */
function program(name) {
  return join(CHECKOUT, "node_modules", ".bin", name);
}
