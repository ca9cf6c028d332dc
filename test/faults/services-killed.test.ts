import t from "tap";
import { aBerth, THREE_HOSTS } from "../support/berth.ts";
import { spawnControlPlane } from "../support/control-plane.ts";
import { aRollingService } from "../support/rolling-service.ts";
import { until } from "../support/until.ts";

// A roll on a real engine, whose control planes die in the middle of it. Over simulated hosts the keeper dies everywhere, in services.test.ts.

t.setTimeout(600_000);
const berth = await aBerth(t, {
  config: `${THREE_HOSTS}services: { healthyAfterSeconds: 1 }\n`,
  // Whoever makes a service stops nothing: it dies in the first roll.
  start: { failpoints: "services.before-stop=crash" },
});

t.test(
  "a roll whose control plane dies again and again ends well, within its bounds, each task run once",
  async (t) => {
    const service = await aRollingService(t, berth);
    const second = await service.roll();
    t.equal(await berth.plane().gone, "SIGKILL", "it died before the first stop");
    for (const failpoint of ["launch.created", "services.stopped"]) {
      const plane = await spawnControlPlane({ ...berth.setting, failpoints: `${failpoint}=crash` });
      t.teardown(() => plane.kill());
      let death: string | null | undefined;
      void plane.gone.then((signal) => {
        death = signal;
      });
      await until(
        `the control plane to die at ${failpoint}`,
        async () => death,
        (signal) => signal !== undefined,
        { patienceMs: 120_000 },
      );
      t.equal(death, "SIGKILL", `one died at ${failpoint}`);
    }
    await berth.start();
    await service.steadyOn(second);
    await service.wentWell(t, 1);
    await service.remove();
    t.strictSame(await berth.api("/ledger"), { differences: [] });
  },
);
