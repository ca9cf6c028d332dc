import t from "tap";
import { dockerWorld } from "../support/engine-docker.ts";
import { cleanUp } from "../support/engine-world.ts";
import { dockerCgroups } from "./docker-cgroups.ts";
import { dockerConnections } from "./docker-connections.ts";
import { dockerRules } from "./docker-rules.ts";
import { engineContract } from "./engine-contract.ts";

const { world, engines, address } = dockerWorld();

t.teardown(async () => {
  await cleanUp(world);
  await engines.close();
});

engineContract(t, world);
dockerRules(t, world);
await dockerCgroups(t, world, address);
dockerConnections(t, world, address);
