import type { Protocol } from "./task-spec.ts";

/** A host port a task holds from placement until it is STOPPED. `space` is the host's id, or the engine's in network mode host. */
export interface PortClaim {
  readonly container: string;
  readonly containerPort: number;
  readonly hostPort: number;
  readonly protocol: Protocol;
  /** `host` in bridge mode: the slice's own address. `engine` in network mode host: every slice of that engine shares it. */
  readonly space: "host" | "engine";
}

/** A port as it is published, ECS's networkBinding. */
export interface PortBinding {
  readonly bindIp: string;
  readonly containerPort: number;
  readonly hostPort: number;
  readonly protocol: Protocol;
}

/** How a claimed port stands in a ledger: `tcp/8080`. */
export const portKey = ({ protocol, hostPort }: Pick<PortClaim, "protocol" | "hostPort">): string =>
  `${protocol}/${hostPort}`;
