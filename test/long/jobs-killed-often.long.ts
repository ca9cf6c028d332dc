import t from "tap";
import { aBerth } from "../support/berth.ts";
import { leavesNothing } from "../support/leaves-nothing.ts";
import { talliedJobs } from "../support/tallied-jobs.ts";

const ALONE = 160;
const KILLS = 6;

t.setTimeout(1_800_000);
const berth = await aBerth(t, {
  config: `
hosts:
  - { id: host-1, cpu: 4096, memory: 512, zone: us-east-1a }
  - { id: host-2, cpu: 4096, memory: 512, zone: us-east-1b }
  - { id: host-3, cpu: 4096, memory: 512, zone: us-east-1c }
`,
});

t.test(
  "control plane and Redis killed over and over among jobs: each ends once, no attempt is lost or doubled",
  async (t) => {
    const jobs = await talliedJobs(t, berth, { alone: ALONE, children: 40 });
    for (let kill = 0; kill < KILLS; kill += 1) {
      await jobs.ended(Math.floor(((kill + 1) * ALONE) / (KILLS + 2)));
      if (kill % 2 === 0) {
        await berth.plane().kill();
        await berth.start();
      } else {
        await berth.redis.kill();
        await berth.redis.start();
      }
    }
    await jobs.ranOnce(t);
  },
);

await leavesNothing(t, berth);
