import { spawn } from "node:child_process";
import { berthPaths, CHECKOUT } from "../scripts/setup/paths.mjs";
import { runMain } from "../scripts/setup/say.mjs";
import { setup } from "../scripts/setup.mjs";

// `npm run bench [-- NAME …]`: the set-up, then bench/NAME.ts (launch unless named) against what it found or started.
await runMain(async () => {
  const facts = await setup(berthPaths());
  const env = {
    ...process.env,
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true",
    BERTH_TEST_DOCKER: facts.engine.dockerHost.replace(/^unix:\/\//, ""),
    BERTH_TEST_REDIS_SERVER: facts.redisServer,
    BERTH_TEST_REGISTRY: facts.registry,
    BERTH_TEST_IMAGES: facts.images,
  };
  const [first = "", ...more] = process.argv.slice(2);
  const isNamed = /^[a-z-]+$/.test(first) && !first.startsWith("-");
  const [name, words] = isNamed ? [first, more] : ["launch", process.argv.slice(2)];
  const child = spawn(process.execPath, ["--import=tsx", `bench/${name}.ts`, ...words], {
    cwd: CHECKOUT,
    env,
    stdio: "inherit",
  });
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => resolve(code ?? 1));
  });
});
