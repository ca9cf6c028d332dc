import type { Redis } from "ioredis";
import { KEYS } from "../../src/adapters/redis/keys.ts";
import type { HostId } from "../../src/fleet/model/ids.ts";
import type { LeaseStore } from "../../src/fleet/ports.ts";
import type { Clock } from "../../src/kernel/clock.ts";

/** Longer than any test: Redis's own clock, which a test cannot move, ends no lease. */
const FOR_EVER_MS = 3_600_000;

/** The real moves of leases and attendance, which run out by the test's clock: `expire` does what Redis does when their time has come. */
export const simulatedLeases = (
  leases: LeaseStore,
  redis: Redis,
  clock: Clock,
): LeaseStore & { expire(): Promise<void> } => {
  const endByHost = new Map<HostId, number>();
  const endByOwner = new Map<string, number>();
  return {
    async acquire(host, owner, lastsMs) {
      const epoch = await leases.acquire(host, owner, FOR_EVER_MS);
      if (epoch !== undefined) endByHost.set(host, clock.now() + lastsMs);
      return epoch;
    },
    async renew(host, owner, epoch, lastsMs) {
      const renewed = await leases.renew(host, owner, epoch, FOR_EVER_MS);
      if (renewed) endByHost.set(host, clock.now() + lastsMs);
      return renewed;
    },
    release: (host, owner, epoch) => leases.release(host, owner, epoch),
    async attend(owner, lastsMs) {
      endByOwner.set(owner, clock.now() + lastsMs);
      return leases.attend(owner, FOR_EVER_MS);
    },
    async leave(owner) {
      endByOwner.delete(owner);
      await leases.leave(owner);
    },
    async expire() {
      for (const [owner, end] of endByOwner) {
        if (end > clock.now()) continue;
        endByOwner.delete(owner);
        await redis.del(KEYS.control_plane + owner);
      }
      for (const [host, end] of endByHost) {
        if (end > clock.now()) continue;
        endByHost.delete(host);
        await redis.del(KEYS.lease + host);
      }
    },
  };
};
