import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { statesPage } from "./docs/states-page.mjs";
import { buildDist } from "./setup/dist.mjs";
import { installPackages } from "./setup/packages.mjs";
import { CHECKOUT } from "./setup/paths.mjs";
import { runMain, say } from "./setup/say.mjs";

// docs/states.md from the state tables: `node scripts/print-states.mjs`. A test fails while the page is stale.
await runMain(async () => {
  await installPackages();
  await buildDist({ force: false });
  const page = await statesPage((file) => import(pathToFileURL(join(CHECKOUT, "dist", `${file}.js`)).href));
  writeFileSync(join(CHECKOUT, "docs", "states.md"), page);
  say("Wrote docs/states.md.");
});
