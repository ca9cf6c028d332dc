import type { Brand } from "../../kernel/brand.ts";
import type { Scope } from "../../kernel/scope.ts";

/** A host as `berth.yaml` or RegisterContainerInstance names it, unique in the installation: `local-1`. */
export type HostId = Brand<"HostId">;
/** 32 hexadecimal digits, as ECS writes a task. */
export type TaskId = Brand<"TaskId">;
/** What the engine calls a container. */
export type ContainerId = Brand<"ContainerId">;
/** An engine's own id. Slices of one engine share it, and with it the ports of network mode host. */
export type EngineId = Brand<"EngineId">;
/** `account/region/name`. */
export type ClusterId = Brand<"ClusterId">;

/** Of a task that waits for capacity: it has no host yet. */
export const NO_HOST = "" as HostId;

/**
 * Whose the hosts of Fargate are: the tasks of every cluster run there, and no cluster shows them. No account has that name, so no caller's
 * cluster is meant by it.
 */
export const FARGATE = "berth/berth/fargate" as ClusterId;

/** The cluster of that name in a scope. */
export const clusterId = ({ account, region }: Scope, name: string): ClusterId =>
  `${account}/${region}/${name}` as ClusterId;

/** A cluster id taken apart. */
export const clusterParts = (id: ClusterId): Scope & { readonly name: string } => {
  const [account = "", region = "", name = ""] = id.split("/");
  return { account, region, name };
};
