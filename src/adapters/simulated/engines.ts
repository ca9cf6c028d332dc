import type { ContainerEngine, ContainerEngines } from "../../fleet/ports.ts";
import { movableClock } from "./clock.ts";
import { simulatedEngine } from "./engine.ts";

const nobodyThere = (address: string): ContainerEngine => {
  const engine = simulatedEngine({ time: movableClock(), id: address });
  engine.faults.cutReach();
  return engine;
};

/** Simulated engines by the address under which hosts name them; at any other address nothing answers. */
export const simulatedEngines = (engineByAddress: Readonly<Record<string, ContainerEngine>>): ContainerEngines => ({
  at: ({ docker }) => engineByAddress[docker] ?? nobodyThere(docker),
  close: async () => {},
});
