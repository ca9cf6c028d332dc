import { spawn } from "node:child_process";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { readText } from "./setup/files.mjs";
import { berthPaths, CHECKOUT } from "./setup/paths.mjs";
import { runMain, say } from "./setup/say.mjs";
import { filesBelow } from "./setup/stamp.mjs";
import { setup } from "./setup.mjs";
import { countTests } from "./tests/count-tests.mjs";

// `npm test [-- FILE …]` and `npm run test:long`: set-up, the tests, and their totals as the last line.
await runMain(async () => {
  const words = process.argv.slice(2);
  const isLong = words.includes("--long");
  const chosen = words.filter((word) => word !== "--long");
  const files = chosen.length > 0 ? chosen : testFiles(isLong);
  const paths = berthPaths();
  const facts = await setup(paths);
  const raw = join(paths.logs, "tests.tap");
  rmSync(raw, { force: true });
  const env = {
    ...process.env,
    DOCKER_HOST: facts.engine.dockerHost,
    BERTH_TEST_DOCKER: facts.engine.dockerHost.replace(/^unix:\/\//, ""),
    BERTH_TEST_REDIS_SERVER: facts.redisServer,
    BERTH_TEST_REGISTRY: facts.registry,
    BERTH_TEST_IMAGES: facts.images,
  };
  const code =
    files.length === 0
      ? 1
      : await tap(
          [
            "run",
            ...(process.stdout.isTTY ? [] : ["--reporter=terse"]),
            ...(isLong ? ["--timeout=900"] : []),
            `--output-file=${raw}`,
            ...files,
          ],
          env,
        );
  const totals = await countTests(readText(raw) ?? "");
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
 * @returns {Promise<number>} its exit code
 */
function tap(args, env) {
  return new Promise((resolve, reject) => {
    const child = spawn(join(CHECKOUT, "node_modules", ".bin", "tap"), args, {
      cwd: CHECKOUT,
      env,
      stdio: ["ignore", "inherit", "inherit"],
    });
    child.on("error", reject);
    child.on("close", (code) => resolve(code ?? 1));
  });
}
