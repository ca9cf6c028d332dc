import { spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { aptInstall, canInstall } from "./setup/apt.mjs";
import { berthPaths, CHECKOUT } from "./setup/paths.mjs";
import { runMain, say } from "./setup/say.mjs";
import { filesBelow } from "./setup/stamp.mjs";
import { setup } from "./setup.mjs";
import { countTests } from "./tests/count-tests.mjs";
import { reportOn } from "./tests/report.mjs";

// `npm test [-- FILE …]` and `npm run test:long`: set-up, the tests, and their totals as the last line.
await runMain(async () => {
  const words = process.argv.slice(2);
  const isLong = words.includes("--long");
  const chosen = words.filter((word) => word !== "--long");
  const files = chosen.length > 0 ? chosen : testFiles(isLong);
  const paths = berthPaths();
  const facts = await setup(paths);
  // Engines in networks of their own, and one behind ssh. Elsewhere those tests say what they lack.
  if (canInstall()) await aptInstall(["iproute2", "openssl", ...(isLong ? ["openssh-server"] : [])]);
  // Another client of the registry than Docker: where it is not to be had, its test is skipped.
  if (canInstall()) await aptInstall(["skopeo"]).catch((error) => say(error.message));
  const env = {
    ...process.env,
    DOCKER_HOST: facts.engine.dockerHost,
    BERTH_TEST_DOCKER: facts.engine.dockerHost.replace(/^unix:\/\//, ""),
    BERTH_TEST_REDIS_SERVER: facts.redisServer,
    BERTH_TEST_REGISTRY: facts.registry,
    BERTH_TEST_IMAGES: facts.images,
  };
  const { code, stream } =
    files.length === 0 ? { code: 1, stream: "" } : await tap([...(isLong ? ["--timeout=900"] : []), ...files], env);
  writeFileSync(join(paths.logs, "tests.tap"), stream);
  const totals = await countTests(stream);
  const isNothing = totals.passed + totals.failed === 0;
  // tap also fails for what no test stands for, such as a file that could not be loaded or was killed.
  const failed = totals.failed === 0 && code !== 0 && !isNothing ? 1 : totals.failed;
  if (isNothing) say(files.length === 0 ? "There is no test file." : `No test ran (tap ended with code ${code}).`);
  say(`${totals.passed} passed, ${failed} failed, ${totals.skipped} skipped`);
  return failed === 0 && code === 0 && !isNothing ? 0 : 1;
});

/** @param {boolean} isLong */
function testFiles(isLong) {
  return filesBelow("test").filter((path) => path.endsWith(isLong ? ".long.ts" : ".test.ts"));
}

/**
 * @param {string[]} args
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<{ code: number, stream: string }>} the exit code and all that tap said
 */
async function tap(args, env) {
  const { Parser } = await import("tap-parser");
  const parser = new Parser();
  reportOn(parser, say);
  const program = join(CHECKOUT, "node_modules", ".bin", "tap");
  const child = spawn(program, ["run", "--reporter=tap", ...args], {
    cwd: CHECKOUT,
    env,
    stdio: ["ignore", "pipe", "inherit"],
  });
  let stream = "";
  child.stdout.setEncoding("utf8").on("data", (text) => {
    stream += text;
    parser.write(text);
  });
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => {
      parser.end();
      resolve({ code: code ?? 1, stream });
    });
  });
}
