import type { HostId } from "../../fleet/model/ids.ts";
import type { LeaseStore } from "../../fleet/ports.ts";
import { KEYS } from "./keys.ts";
import type { RedisStore } from "./store.ts";

/** Which control planes live and who owns which host, in Redis. Both run out by Redis's own clock, so no two machines need agree on the time. */
export const leaseStore = ({ run, clock }: RedisStore): LeaseStore => {
  const keys = (host: HostId) => [KEYS.lease + host, KEYS.epoch + host];
  const places = (owner: string) => [KEYS.control_planes, KEYS.control_plane + owner];
  return {
    async acquire(host, owner, lastsMs) {
      const epoch = (await run("acquire-lease", keys(host), [host, owner, lastsMs, clock.now()])) as number;
      return epoch === 0 ? undefined : epoch;
    },

    renew: async (host, owner, epoch, lastsMs) => (await run("renew-lease", keys(host), [owner, epoch, lastsMs])) === 1,

    async release(host, owner, epoch) {
      await run("release-lease", keys(host), [host, owner, epoch, clock.now()]);
    },

    attend: async (owner, lastsMs) => (await run("attend", places(owner), [owner, lastsMs, clock.now()])) as string[],

    async leave(owner) {
      await run("leave", places(owner), [owner, clock.now()]);
    },
  };
};
