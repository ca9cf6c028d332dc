import { Redis, type RedisOptions } from "ioredis";
import { KEYS } from "./keys.ts";
import { type Durability, durabilityOf, parseInfo, refuseUnfit } from "./server-check.ts";
import { StoreRefusedError } from "./store-errors.ts";

/** Where Redis listens: a Unix socket, or `redis://…` and `rediss://…`. */
export type RedisAddress = { readonly socket: string } | { readonly url: string };

/** A Redis that may be used, and how it keeps what it acknowledges. */
export interface OpenedRedis {
  readonly redis: Redis;
  readonly durability: Durability;
  close(): Promise<void>;
}

// Tries again for as long as it takes, at least four times a second.
const retryStrategy = (times: number): number => Math.min(times * 50, 250);

/** `replyMapping` changes the types of every answer; here it is never set. */
type Options = Omit<RedisOptions, "replyMapping">;

const COMMON: Options = {
  lazyConnect: true,
  // Version 3 answers maps where scripts and streams are read as lists.
  protocol: 2,
  retryStrategy,
};

/** For requests: says within about a second that Redis is away, and never sends a move again whose answer was lost. */
const FOR_REQUESTS: Options = {
  ...COMMON,
  enableAutoPipelining: true,
  maxRetriesPerRequest: 5,
  autoResendUnfulfilledCommands: false,
  commandTimeout: 15_000,
};

/** For readers that wait: commands stay until the connection is back. */
const FOR_WAITING: Options = {
  ...COMMON,
  enableAutoPipelining: false,
  maxRetriesPerRequest: null,
  autoResendUnfulfilledCommands: true,
};

const make = (address: RedisAddress, options: Options): Redis => {
  const redis = "socket" in address ? new Redis({ ...options, path: address.socket }) : new Redis(address.url, options);
  // Every command tells its own failure; without a listener the same news would end the process.
  redis.on("error", () => {});
  return redis;
};

const nameOf = (address: RedisAddress): string =>
  "socket" in address ? address.socket : address.url.replace(/\/\/[^@/]*@/, "//");

/** A second connection to where the first one goes, for commands that block. */
export const waitingConnection = (redis: Redis): Redis => {
  const waiting = redis.duplicate({ ...FOR_WAITING, commandTimeout: undefined });
  waiting.on("error", () => {});
  return waiting;
};

const reached = async (address: RedisAddress): Promise<Redis> => {
  const probe = make(address, { ...FOR_REQUESTS, retryStrategy: () => null });
  // `connect` only says that the connection is closed; why, the event tells.
  let reason: unknown;
  probe.on("error", (error) => {
    reason = error;
  });
  try {
    await probe.connect();
    return probe;
  } catch (error) {
    probe.disconnect();
    const { message } = (reason ?? error) as Error;
    throw new StoreRefusedError(`no Redis answers at ${nameOf(address)}: ${message}`, { cause: reason ?? error });
  }
};

const configured = async (redis: Redis, setting: string): Promise<string | undefined> => {
  try {
    return ((await redis.config("GET", setting)) as string[])[1];
  } catch {
    // A managed Redis keeps its configuration to itself.
    return undefined;
  }
};

/** State that the installation must find in its Redis: since when it has some, and the file that says so. */
export interface ExpectedState {
  readonly since: string;
  readonly file: string;
}

const claim = async (
  redis: Redis,
  installationId: string,
  where: string,
  expected: ExpectedState | undefined,
): Promise<void> => {
  if (expected && (await redis.get(KEYS.installation)) === null) throw new StoreRefusedError(lost(where, expected));
  await redis.set(KEYS.installation, installationId, "NX");
  const owner = await redis.get(KEYS.installation);
  if (owner === installationId) return;
  throw new StoreRefusedError(
    `the Redis at ${where} holds the state of installation ${owner}, and this is ${installationId}`,
  );
};

// Not gone on with by itself: a Berth that knows no task removes what bears its id on its hosts.
const lost = (where: string, { since, file }: ExpectedState): string =>
  `the Redis at ${where} is empty, and since ${since} this installation had its state there: clusters, task definitions, tasks, jobs, image tags. ` +
  "Nothing was changed, and what runs goes on. Bring the data of that Redis back and start again; " +
  `or, to begin anew without it, delete ${file} and start again: containers of the forgotten tasks are then removed`;

const inspect = async (
  redis: Redis,
  installationId: string,
  where: string,
  expected: ExpectedState | undefined,
): Promise<Durability> => {
  const info = parseInfo(await redis.info());
  refuseUnfit(info);
  await claim(redis, installationId, where, expected);
  return durabilityOf(info, await configured(redis, "appendfsync"));
};

/**
 * Connects to the installation's Redis; the first start makes it its own. Throws StoreRefusedError, with the reason for people, for one that is
 * out of reach, too old, evicting, no primary, another installation's, or empty where state is `expected`. The connection then outlives restarts of the server.
 */
export const openRedis = async (
  address: RedisAddress,
  installationId: string,
  expected?: ExpectedState,
): Promise<OpenedRedis> => {
  const probe = await reached(address);
  try {
    const durability = await inspect(probe, installationId, nameOf(address), expected);
    const redis = make(address, FOR_REQUESTS);
    await redis.connect();
    return {
      redis,
      durability,
      async close() {
        // QUIT waits for answers still under way; a server that is away has none to give.
        await redis.quit().catch(() => redis.disconnect());
      },
    };
  } finally {
    probe.disconnect();
  }
};
