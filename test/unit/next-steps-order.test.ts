import t from "tap";
import type { ContainerSpec } from "../../src/fleet/model/task-spec.ts";
import { aLife, aTask } from "./next-steps-fixtures.ts";
import { aContainer } from "./scheduler-fixtures.ts";

const after = (container: string, condition: "START" | "COMPLETE" | "SUCCESS" | "HEALTHY"): Partial<ContainerSpec> => ({
  dependsOn: [{ container, condition }],
});
const onTheSide = { essential: false };

t.test("dependsOn", async (t) => {
  t.test("START waits until the other has started", async (t) => {
    const life = aLife(aTask([aContainer("web", after("db", "START")), aContainer("db")]));
    life.goOn();
    t.ok(life.done.indexOf("start db") < life.done.indexOf("start web"));
    t.equal(life.task.observed.status, "RUNNING");
  });

  t.test("COMPLETE waits until the other has ended, however", async (t) => {
    const life = aLife(aTask([aContainer("web", after("init", "COMPLETE")), aContainer("init", onTheSide)]));
    life.goOn();
    t.strictSame(life.running(), ["init"]);
    t.equal(life.task.observed.status, "PENDING");
    life.exit("init", 1);
    life.goOn();
    t.strictSame(life.running(), ["web"]);
    t.equal(life.task.observed.status, "RUNNING");
  });

  t.test("COMPLETE is never met by one that could not start", async (t) => {
    const life = aLife(aTask([aContainer("web", after("init", "COMPLETE")), aContainer("init", onTheSide)]));
    life.refusals.set("start init", "no start");
    life.goOn();
    t.match(life.task.stop, {
      code: "TaskFailedToStart",
      reason: "Container web cannot start: init can no longer be COMPLETE",
    });
  });

  t.test("SUCCESS waits for exit code 0", async (t) => {
    const life = aLife(aTask([aContainer("web", after("init", "SUCCESS")), aContainer("init", onTheSide)]));
    life.goOn();
    life.exit("init", 0);
    life.goOn();
    t.strictSame(life.running(), ["web"]);
  });

  t.test("SUCCESS is never met after another exit code: the task fails to start, and says why", async (t) => {
    const life = aLife(aTask([aContainer("web", after("init", "SUCCESS")), aContainer("init", onTheSide)]));
    life.goOn();
    life.exit("init", 1);
    life.goOn();
    t.match(life.task.stop, {
      code: "TaskFailedToStart",
      reason: "Container web cannot start: init can no longer be SUCCESS",
    });
    t.equal(life.task.observed.status, "STOPPED");
    t.notOk(life.starts.has("web"));
  });

  t.test("HEALTHY waits for the health check, and is never met by one that ended", async (t) => {
    const pair = [aContainer("web", after("db", "HEALTHY")), aContainer("db", onTheSide)];
    const [good, bad] = [aLife(aTask(pair)), aLife(aTask(pair))];
    for (const life of [good, bad]) life.goOn();
    good.health("db", "UNHEALTHY");
    good.goOn();
    t.strictSame(good.running(), ["db"]);
    good.health("db", "HEALTHY");
    good.goOn();
    t.strictSame(good.running().sort(), ["db", "web"]);
    bad.exit("db", 0);
    bad.goOn();
    t.match(bad.task.stop, { code: "TaskFailedToStart" });
  });

  t.test("a start timeout counts from the start of the container that is waited for", async (t) => {
    const db = aContainer("db", { essential: false, startTimeoutSeconds: 5 });
    const life = aLife(aTask([aContainer("web", after("db", "HEALTHY")), db]));
    life.goOn();
    t.equal(life.decide().lookAgainAt, 6_000);
    life.now = 5_999;
    life.goOn();
    t.equal(life.task.desired, "RUNNING");
    life.now = 6_000;
    life.goOn();
    t.match(life.task.stop, {
      code: "TaskFailedToStart",
      reason: "Container web cannot start: its start timeout passed",
    });
    t.equal(life.task.observed.status, "STOPPED");
  });

  t.test("a start timeout is over once its own condition is met, whatever else is waited for", async (t) => {
    const web = aContainer("web", {
      dependsOn: [
        { container: "db", condition: "START" },
        { container: "init", condition: "SUCCESS" },
      ],
    });
    const db = aContainer("db", { startTimeoutSeconds: 5 });
    const life = aLife(aTask([web, db, aContainer("init", onTheSide)]));
    life.goOn();
    life.now = 60_000;
    life.goOn();
    t.equal(life.task.desired, "RUNNING");
    t.equal(life.decide().lookAgainAt, undefined);
  });
});

t.test("what one container needs of another", async (t) => {
  t.test("volumesFrom needs the other to exist, not to run", async (t) => {
    const data = aContainer("data", { essential: false, ...after("web", "START") });
    const life = aLife(aTask([aContainer("web", { volumesFrom: [{ container: "data", readOnly: true }] }), data]));
    life.goOn();
    t.ok(life.done.indexOf("create data") < life.done.indexOf("create web"));
    t.ok(life.done.indexOf("start web") < life.done.indexOf("start data"));
  });

  t.test("volumesFrom one that was never created can never be", async (t) => {
    const web = aContainer("web", { volumesFrom: [{ container: "data", readOnly: true }] });
    const life = aLife(aTask([web, aContainer("data", onTheSide)]));
    life.refusals.set("pull data", "no image");
    life.goOn();
    t.match(life.task.stop, {
      code: "TaskFailedToStart",
      reason: "Container web cannot start: its container data was never created",
    });
  });

  for (const shared of [{ pidMode: "task" }, { ipcMode: "task" }] as const) {
    t.test(
      `${Object.keys(shared)[0]} task: the others join the first, so it starts first and stops last`,
      async (t) => {
        const life = aLife(aTask([aContainer("one"), aContainer("two"), aContainer("three")], shared));
        life.goOn();
        t.ok(life.done.indexOf("create one") < life.done.indexOf("create two"));
        t.ok(life.done.indexOf("start one") < life.done.indexOf("start two"));
        life.stop();
        life.goOn();
        t.equal(life.done.at(-1), "stop one");
      },
    );
  }

  t.test("pidMode task: the namespaces are those of one that waits for no other", async (t) => {
    const life = aLife(aTask([aContainer("web", after("db", "START")), aContainer("db")], { pidMode: "task" }));
    life.goOn();
    t.equal(life.task.observed.status, "RUNNING");
  });

  t.test("pidMode task: nothing can join namespaces that have ended", async (t) => {
    const web = aContainer("web", after("init", "SUCCESS"));
    const life = aLife(aTask([web, aContainer("init", onTheSide)], { pidMode: "task" }));
    life.goOn();
    life.exit("init", 0);
    life.goOn();
    t.match(life.task.stop, {
      code: "TaskFailedToStart",
      reason: "Container web cannot start: the namespaces of init, which it shares, ended with it",
    });
  });
});
