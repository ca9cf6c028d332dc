import t from "tap";
import { aBerth, THREE_HOSTS } from "../support/berth.ts";
import { leavesNothing } from "../support/leaves-nothing.ts";
import { aRollingService } from "../support/rolling-service.ts";
import { until } from "../support/until.ts";

const ROLLS = 6;
/** A roll's control plane is killed when so many of its tasks have been started. */
const KILLED_AT = [1, 2, 4];

t.setTimeout(1_800_000);
const berth = await aBerth(t, { config: `${THREE_HOSTS}services: { healthyAfterSeconds: 1 }\n` });

t.test("six rolls with eighteen kills all end well, within their bounds, each task run once", async (t) => {
  const service = await aRollingService(t, berth);
  for (let rolls = 1; rolls <= ROLLS; rolls += 1) {
    const before = service.counts.started;
    const family = await service.roll();
    for (const count of KILLED_AT) {
      await until(
        `${count} tasks of roll ${rolls} to be started`,
        async () => service.counts.started - before,
        (started) => started >= count,
        { patienceMs: 120_000 },
      );
      await berth.plane().kill();
      await berth.start();
    }
    await service.steadyOn(family);
    await service.wentWell(t, rolls);
  }
  await service.remove();
});

await leavesNothing(t, berth);
