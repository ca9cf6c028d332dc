import type { ContainerPlan } from "../../fleet/model/container-plan.ts";
import type { PortBinding } from "../../fleet/model/ports.ts";
import { EngineError } from "../../fleet/ports.ts";
import type { SimulatedContainer } from "./container.ts";

const FIRST_DYNAMIC_PORT = 49_153;

const placeOf = ({ protocol, bindIp, hostPort }: PortBinding): string => `${protocol} ${bindIp}:${hostPort}`;

/** The plan's ports as they are bound when it starts; throws EngineError 500, as Docker does, where one is taken. */
export const bindPorts = (plan: ContainerPlan, containers: Iterable<SimulatedContainer>): PortBinding[] => {
  const taken = new Set([...containers].flatMap(({ bindings }) => bindings.map(placeOf)));
  return plan.publish.map((wanted) => {
    let binding = wanted;
    if (wanted.hostPort === 0) {
      binding = { ...wanted, hostPort: FIRST_DYNAMIC_PORT };
      while (taken.has(placeOf(binding))) binding = { ...binding, hostPort: binding.hostPort + 1 };
    }
    if (taken.has(placeOf(binding))) {
      throw new EngineError(500, `Bind for ${binding.bindIp}:${binding.hostPort} failed: port is already allocated`);
    }
    taken.add(placeOf(binding));
    return binding;
  });
};
