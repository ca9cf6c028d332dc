import type { ContainerEngine, ContainerEngines } from "../../fleet/ports.ts";
import { EngineUnreachableError } from "../../fleet/ports.ts";

const nobodyThere = (address: string): ContainerEngine =>
  new Proxy({} as ContainerEngine, {
    get: () => async () => {
      throw new EngineUnreachableError(`${address} cannot be reached: nothing listens there`);
    },
  });

/** Simulated engines by the address under which hosts name them; at any other address nothing answers. */
export const simulatedEngines = (engineByAddress: Readonly<Record<string, ContainerEngine>>): ContainerEngines => ({
  at: ({ docker }) => engineByAddress[docker] ?? nobodyThere(docker),
  close: async () => {},
});
