import t from "tap";
import { liveTime } from "../../src/adapters/simulated/clock.ts";
import { simulatedEngine } from "../../src/adapters/simulated/engine.ts";
import { simulatedEngines } from "../../src/adapters/simulated/engines.ts";
import { engineWorld } from "../support/engine-world.ts";
import { engineContract } from "./engine-contract.ts";

const image = "berth/busybox:latest";

const world = engineWorld({
  engine: simulatedEngine({ time: liveTime, images: [image] }),
  nobody: simulatedEngines({}).at({ docker: "unix:///nowhere.sock" }),
  image,
  programs: {
    exits: (code) => ({ command: ["exit", String(code), "50"] }),
    serves: (code) => ({ command: ["serve", String(code)] }),
    isStubborn: () => ({ command: ["stubborn"] }),
    prints: (count) => ({ command: ["print", String(count)] }),
    swallows: () => ({ command: ["swallow", "50"] }),
    isMissing: () => ({ command: ["no-such-program"] }),
  },
});

engineContract(t, world);
