import t from "tap";
import { OUT_OF_MEMORY } from "../../src/fleet/model/sight.ts";
import type { ContainerSpec } from "../../src/fleet/model/task-spec.ts";
import { aLife, aTask } from "./next-steps-fixtures.ts";
import { aContainer } from "./scheduler-fixtures.ts";

const restarting = (changes: Partial<ContainerSpec> = {}) =>
  aContainer("web", { restartPolicy: { ignoredExitCodes: [0, 42], attemptPeriodSeconds: 60 }, ...changes });

/** A task whose container runs since `now` 1,000. */
const running = (...containers: ContainerSpec[]) => {
  const life = aLife(aTask(containers.length > 0 ? containers : [restarting()]));
  life.goOn();
  return life;
};

t.test("a container with a restart policy that ran for the attempt period runs again in the same task", async (t) => {
  const life = running();
  life.now = 61_000;
  life.exit("web", 1);
  life.goOn();
  t.match(life.task, { desired: "RUNNING", observed: { status: "RUNNING", startedAt: 1_000 } });
  t.match(life.state("web"), { status: "RUNNING", restartCount: 1, startedAt: 61_000, exitCode: undefined });
  t.equal(life.starts.get("web"), 2);
});

t.test("a container is not restarted, and its task ends,", async (t) => {
  t.test("when its exit code is ignored", async (t) => {
    const life = running();
    life.now = 90_000;
    life.exit("web", 42);
    life.goOn();
    t.match(life.task, { stop: { code: "EssentialContainerExited" }, observed: { status: "STOPPED" } });
    t.match(life.state("web"), { exitCode: 42, restartCount: 0 });
  });

  t.test("when it ran for less than the attempt period", async (t) => {
    const life = running();
    life.now = 60_999;
    life.exit("web", 1);
    life.goOn();
    t.match(life.task, { stop: { code: "EssentialContainerExited" }, observed: { status: "STOPPED" } });
  });

  t.test("when it ran for less than that since its last restart", async (t) => {
    const life = running();
    life.now = 61_000;
    life.exit("web", 1);
    life.goOn();
    life.now = 100_000;
    life.exit("web", 3);
    life.goOn();
    t.equal(life.task.observed.status, "STOPPED");
    t.match(life.state("web"), { exitCode: 3, restartCount: 1, startedAt: 61_000, finishedAt: 100_000 });
  });

  t.test("when its task is to stop", async (t) => {
    const life = running();
    life.now = 90_000;
    life.stop();
    life.exit("web", 1);
    life.goOn();
    t.match(life.task, { stop: { code: "UserInitiated" }, observed: { status: "STOPPED" } });
    t.equal(life.starts.get("web"), 1);
  });

  t.test("when the engine refuses to", async (t) => {
    const life = running();
    life.refusals.set("restart web", "CannotStartContainerError: no");
    life.now = 90_000;
    life.exit("web", 1);
    life.goOn();
    t.match(life.task, { stop: { code: "EssentialContainerExited" }, observed: { status: "STOPPED" } });
    t.match(life.state("web"), { exitCode: 1, restartCount: 1, reason: "CannotStartContainerError: no" });
  });
});

t.test("a container is restarted again and again while each run is long enough", async (t) => {
  const life = running();
  for (const count of [1, 2, 3]) {
    life.now += 60_000;
    life.exit("web", 137, { oomKilled: true });
    life.goOn();
    t.match(life.state("web"), { status: "RUNNING", restartCount: count });
  }
  life.exit("web", 137, { oomKilled: true });
  life.goOn();
  t.match(life.task.stop, { reason: OUT_OF_MEMORY }, "and a last run that was too short tells how it ended");
});

t.test("a restart begins once all that the run before said is kept", async (t) => {
  const life = running();
  life.reading("web", true);
  life.now = 90_000;
  life.exit("web", 1);
  life.goOn();
  t.equal(life.starts.get("web"), 1);
  t.match(life.state("web"), { status: "RUNNING", restartCount: 1 });
  life.reading("web", false);
  life.goOn();
  t.equal(life.starts.get("web"), 2);
});

t.test("an owner that dies", async (t) => {
  t.test("before a restart is on record leaves it to the next, which counts it once", async (t) => {
    const life = running();
    life.now = 61_000;
    life.exit("web", 1, { seen: false });
    life.crash();
    life.decide({ record: false });
    life.crash();
    life.goOn();
    t.match(life.state("web"), { status: "RUNNING", restartCount: 1, startedAt: 61_000 });
    t.equal(life.starts.get("web"), 2);
  });

  t.test("between the record and the engine's start loses none, and counts it once", async (t) => {
    const life = running();
    life.now = 61_000;
    life.exit("web", 1);
    life.decide();
    life.crash();
    life.now = 75_000;
    life.goOn();
    t.match(life.state("web"), { status: "RUNNING", restartCount: 1, startedAt: 75_000 });
    t.equal(life.starts.get("web"), 2);
  });

  t.test("after the engine's start starts nothing twice", async (t) => {
    const life = running();
    life.now = 61_000;
    life.exit("web", 1);
    life.decide();
    life.crash(() => true);
    life.goOn();
    t.match(life.state("web"), { status: "RUNNING", restartCount: 1 });
    t.equal(life.starts.get("web"), 2);
  });

  t.test("after a start whose program ended at once gives no second try for that run", async (t) => {
    const life = running();
    life.now = 61_000;
    life.exit("web", 1);
    life.decide();
    life.crash(() => true);
    life.now = 62_000;
    life.exit("web", 9);
    life.goOn();
    t.equal(life.task.observed.status, "STOPPED");
    t.match(life.state("web"), { exitCode: 9, restartCount: 1 });
    t.equal(life.starts.get("web"), 2);
  });
});

t.test("a container that is not essential is restarted as well, and its task does not mind", async (t) => {
  const life = running(restarting({ essential: false }), aContainer("main"));
  life.now = 61_000;
  life.exit("web", 1);
  life.goOn();
  t.match(life.state("web"), { status: "RUNNING", restartCount: 1 });
  life.exit("web", 1);
  life.goOn();
  t.match(life.state("web"), { status: "STOPPED", exitCode: 1 });
  t.equal(life.task.observed.status, "RUNNING");
});

t.test("the health of a run says nothing of the next one", async (t) => {
  const check = { command: ["CMD", "x"], intervalSeconds: 5, timeoutSeconds: 2, retries: 1, startPeriodSeconds: 0 };
  const life = running(restarting({ healthCheck: check }));
  life.health("web", "UNHEALTHY");
  life.goOn();
  t.equal(life.state("web").health, "UNHEALTHY");
  life.now = 61_000;
  life.exit("web", 1);
  life.decide();
  t.equal(life.state("web").health, "UNKNOWN");
});
