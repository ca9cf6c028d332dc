import { buildDist } from "./setup/dist.mjs";
import { installPackages } from "./setup/packages.mjs";
import { runMain } from "./setup/say.mjs";

// dist/ from src/, whether or not it looks up to date.
await runMain(async () => {
  await installPackages();
  await buildDist({ force: true });
});
