import type { HostView } from "../../fleet/model/host.ts";
import type { EngineId, HostId } from "../../fleet/model/ids.ts";
import type { HostStore } from "../../fleet/ports.ts";
import { type HostAnswer, hostOfAnswer, registerArguments } from "./host-record.ts";
import { KEYS } from "./keys.ts";
import type { RedisStore } from "./store.ts";
import { answered } from "./store-errors.ts";

// A script holds everything else up while it runs: hosts are read that many at a time.
const HOSTS_AT_A_TIME = 200;

/** Hosts and their accounts in Redis. Accounts are changed by the moves of tasks only. */
export const hostStore = ({ redis, run }: RedisStore): HostStore => {
  const readSome = async (ids: readonly HostId[]): Promise<(HostView | undefined)[]> => {
    const answers = (await run("hosts", [], ids)) as HostAnswer[];
    return ids.map((id, i) => hostOfAnswer(id, answers[i] ?? []));
  };

  const readAll = async (ids: readonly HostId[]): Promise<(HostView | undefined)[]> => {
    const found: (HostView | undefined)[] = [];
    for (let i = 0; i < ids.length; i += HOSTS_AT_A_TIME) {
      found.push(...(await readSome(ids.slice(i, i + HOSTS_AT_A_TIME))));
    }
    return found;
  };

  const readIf = async (done: unknown, id: HostId): Promise<HostView | undefined> =>
    done === 1 ? (await readSome([id]))[0] : undefined;

  return {
    async register(declaration, at) {
      await run("register-host", [KEYS.host + declaration.id], registerArguments(declaration, at));
      const host = (await readSome([declaration.id]))[0];
      if (!host) throw new Error(`host ${declaration.id} was removed while it was being registered`);
      return host;
    },

    get: readAll,

    async list(cluster) {
      const ids = await answered(redis.smembers(cluster === undefined ? KEYS.hosts : KEYS.cluster_hosts + cluster));
      return (await readAll(ids.sort() as HostId[])).filter((host) => host !== undefined);
    },

    async enginePorts(engines) {
      const read = async (engine: EngineId) =>
        [engine, await answered(redis.hgetall(KEYS.engine_ports + engine))] as const;
      return Object.fromEntries(await Promise.all(engines.map(read)));
    },

    async engineAddresses(engines) {
      const read = async (engine: EngineId) =>
        [engine, await answered(redis.hgetall(KEYS.engine_addresses + engine))] as const;
      return Object.fromEntries(await Promise.all(engines.map(read)));
    },

    setState: async (id, state, at) => readIf(await run("set-host-state", [KEYS.host + id], [id, state, at]), id),

    setHealth: async (id, epoch, health, at) =>
      (await run("set-host-health", [KEYS.host + id], [id, epoch, health, at])) === 1,

    setNetwork: async (id, epoch, network, at) =>
      (await run("set-host-network", [KEYS.host + id], [id, epoch, network ?? "", at])) === 1,

    async setAttributes(id, attributes, at) {
      const changes = Object.entries(attributes).flatMap(([name, value]) =>
        value === undefined ? [name, "delete", ""] : [name, "set", value],
      );
      const keys = [KEYS.host + id, KEYS.host_attributes + id];
      return readIf(await run("set-host-attributes", keys, [id, at, ...changes]), id);
    },

    setTags: async (id, tags, at) =>
      readIf(await run("set-host-tags", [KEYS.host + id], [id, JSON.stringify(tags), at]), id),

    remove: async (id, at) => (await run("remove-host", [KEYS.host + id], [id, at])) === 1,
  };
};
