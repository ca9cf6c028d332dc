import { StoreRefusedError } from "./store-errors.ts";

/** What Berth needs: ZINTER, XAUTOCLAIM and the exclusive ranges of streams came with it. */
const OLDEST_VERSION = [6, 2] as const;

/** How a Redis keeps what it acknowledged. Under `always` it survives any crash; `berth up` names everything else aloud. */
export type Durability = "always" | "everysec" | "no" | "unknown" | "no-aof";

/** `INFO`'s lines, by name. */
export const parseInfo = (info: string): ReadonlyMap<string, string> =>
  new Map(
    info
      .split(/\r?\n/)
      .filter((line) => line.includes(":") && !line.startsWith("#"))
      .map((line) => [line.slice(0, line.indexOf(":")), line.slice(line.indexOf(":") + 1)]),
  );

const isOlder = (version: string): boolean => {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  return major < OLDEST_VERSION[0] || (major === OLDEST_VERSION[0] && minor < OLDEST_VERSION[1]);
};

/** Why a server of that `INFO` cannot hold Berth's state, in words for people; `undefined` where it can. */
export const reasonAgainst = (info: ReadonlyMap<string, string>): string | undefined => {
  const version = info.get("redis_version") ?? "unknown";
  if (version === "unknown" || isOlder(version)) {
    return `this Redis is version ${version}; Berth needs ${OLDEST_VERSION.join(".")} or newer`;
  }
  const policy = info.get("maxmemory_policy") ?? "unknown";
  if (policy !== "noeviction") {
    return `this Redis may throw records away (maxmemory-policy ${policy}); Berth needs maxmemory-policy noeviction`;
  }
  if (info.get("cluster_enabled") === "1") return "this is a Redis Cluster; Berth needs a single primary";
  if (info.get("role") !== "master") return "this Redis is a replica; Berth needs the primary";
  return undefined;
};

/** Throws StoreRefusedError with the reason, if there is one. */
export const refuseUnfit = (info: ReadonlyMap<string, string>): void => {
  const reason = reasonAgainst(info);
  if (reason !== undefined) throw new StoreRefusedError(reason);
};

/** `appendfsync` is `undefined` where the server does not tell its configuration. */
export const durabilityOf = (info: ReadonlyMap<string, string>, appendfsync: string | undefined): Durability => {
  if (info.get("aof_enabled") !== "1") return "no-aof";
  if (appendfsync === "always" || appendfsync === "everysec" || appendfsync === "no") return appendfsync;
  return "unknown";
};
