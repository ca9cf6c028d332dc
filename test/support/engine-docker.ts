import { dockerEngines } from "../../src/adapters/docker/engines.ts";
import type { ContainerEngines } from "../../src/fleet/ports.ts";
import { type EngineWorld, engineWorld } from "./engine-world.ts";

const shell = (script: string) => ({ command: ["sh", "-c", script] });

/** Where the tests' Docker engine listens; throws where none was given, since without one the tests would say nothing. */
export const dockerAddress = (): string => {
  const given = process.env.BERTH_TEST_DOCKER;
  if (!given)
    throw new Error("BERTH_TEST_DOCKER names no Docker engine: `npm test` sets it, or give unix:///…/docker.sock");
  return given.startsWith("/") ? `unix://${given}` : given;
};

/** The real engine, with programs of `berth/busybox`. */
export const dockerWorld = (): { world: EngineWorld; engines: ContainerEngines; address: string } => {
  const address = dockerAddress();
  const engines = dockerEngines();
  const world = engineWorld({
    engine: engines.at({ docker: address }),
    nobody: engines.at({ docker: "unix:///nowhere/docker.sock" }),
    image: "berth/busybox:latest",
    programs: {
      exits: (code) => shell(`exit ${code}`),
      serves: (code) => shell(`trap "exit ${code}" TERM; echo up; while :; do sleep 0.1; done`),
      isStubborn: () => shell(`trap "" TERM; echo up; while :; do sleep 0.1; done`),
      prints: (count) => shell(`i=1; while [ $i -le ${count} ]; do echo line $i; i=$((i+1)); done`),
      // Docker listens for kills for memory once a container has started: one in its first moments may go untold.
      swallows: () => ({ ...shell("sleep 1; exec tail /dev/zero"), memoryMiB: 16 }),
      isMissing: () => ({ command: ["/no-such-program"] }),
    },
  });
  return { world, engines, address };
};
