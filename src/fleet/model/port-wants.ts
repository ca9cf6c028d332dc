import { type PortClaim, portKey } from "./ports.ts";
import type { PortSpec, TaskSpec } from "./task-spec.ts";

/** A claim as it is asked for; `hostPort` 0 asks for any free one. */
export type PortWant = PortClaim;

const wantOf = (networkMode: "bridge" | "host", container: string, port: PortSpec): PortWant => ({
  container,
  containerPort: port.containerPort,
  // In network mode host a container listens on the engine's own ports, whatever is mapped.
  hostPort: networkMode === "host" ? port.containerPort : port.hostPort,
  protocol: port.protocol,
  space: networkMode === "host" ? "engine" : "host",
});

/** The host ports a task asks for, container by container. Without a network, and with one of its own, there are none. */
export const portWants = ({ networkMode, containers }: Pick<TaskSpec, "networkMode" | "containers">): PortWant[] =>
  networkMode === "none" || networkMode === "awsvpc"
    ? []
    : containers.flatMap(({ name, ports }) => ports.map((port) => wantOf(networkMode, name, port)));

/** How ports asked for stand in a record: `tcp/8080`, `tcp/0` for any free one. */
export const wantKeys = (wants: readonly PortWant[]): string[] => wants.map(portKey);

/** Host ports that one task asks for twice, as `tcp/8080`: no host could ever give them. */
export const portsAskedTwice = (wants: readonly PortWant[]): string[] => {
  const keys = wantKeys(wants.filter(({ hostPort }) => hostPort !== 0));
  return [...new Set(keys.filter((key, index) => keys.indexOf(key) !== index))];
};
