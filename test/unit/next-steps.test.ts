import t from "tap";
import { OUT_OF_MEMORY } from "../../src/fleet/model/sight.ts";
import type { ContainerSpec } from "../../src/fleet/model/task-spec.ts";
import { aLife, aTask } from "./next-steps-fixtures.ts";
import { aContainer } from "./scheduler-fixtures.ts";

const after = (container: string, condition: "START"): Partial<ContainerSpec> => ({
  dependsOn: [{ container, condition }],
});
const onTheSide = { essential: false };

t.test("a task's one container is pulled, created and started, and the task runs", async (t) => {
  const life = aLife(aTask([aContainer("web")]));
  life.goOn();
  t.strictSame(life.done, ["pull web", "create web", "start web"]);
  t.match(life.task.observed, {
    status: "RUNNING",
    startedAt: 1_000,
    pullStartedAt: 1_000,
    pullStoppedAt: 1_000,
    containers: [{ status: "RUNNING", startedAt: 1_000, imageDigest: "sha256:1", runtimeId: "web-1" }],
  });
});

t.test("an essential container that exits ends the task, with its exit code", async (t) => {
  const life = aLife(aTask([aContainer("web")]));
  life.goOn();
  life.now = 5_000;
  life.exit("web", 3);
  life.goOn();
  t.match(life.task.stop, { code: "EssentialContainerExited", reason: "Essential container in task exited" });
  t.match(life.task.observed, {
    status: "STOPPED",
    stoppedAt: 5_000,
    executionStoppedAt: 5_000,
    containers: [{ status: "STOPPED", exitCode: 3, finishedAt: 5_000 }],
  });
});

t.test("an essential container that exits stops the others in reverse order of dependence", async (t) => {
  const chain = [aContainer("db"), aContainer("app", after("db", "START")), aContainer("web", { links: ["app:a"] })];
  const life = aLife(aTask([...chain, aContainer("probe")]));
  life.goOn();
  life.exit("probe", 0);
  life.goOn();
  t.strictSame(life.done.slice(-3), ["stop web", "stop app", "stop db"]);
  t.equal(life.task.observed.status, "STOPPED");
  t.match(life.state("db"), { exitCode: 143 });
});

t.test("a container that is not essential may exit, and the task runs on", async (t) => {
  const life = aLife(aTask([aContainer("web"), aContainer("side", onTheSide)]));
  life.goOn();
  life.exit("side", 1);
  life.goOn();
  t.equal(life.task.observed.status, "RUNNING");
  t.match(life.state("side"), { status: "STOPPED", exitCode: 1 });
});

t.test("a task is STOPPED only when all that its containers said is kept", async (t) => {
  const life = aLife(aTask([aContainer("web")]));
  life.goOn();
  life.reading("web", true);
  life.exit("web", 0);
  life.goOn();
  t.equal(life.task.observed.status, "STOPPING");
  life.reading("web", false);
  life.goOn();
  t.equal(life.task.observed.status, "STOPPED");
});

t.test("a failure to pull, create or start", async (t) => {
  for (const verb of ["pull", "create", "start"]) {
    t.test(`an essential container that cannot ${verb} ends the task as TaskFailedToStart`, async (t) => {
      const life = aLife(aTask([aContainer("web"), aContainer("other")]));
      life.refusals.set(`${verb} web`, `no ${verb}`);
      life.goOn();
      t.match(life.task.stop, { code: "TaskFailedToStart", reason: `no ${verb}` });
      t.match(life.state("web"), { status: "STOPPED", reason: `no ${verb}` });
      t.equal(life.task.observed.status, "STOPPED");
      t.notOk("startedAt" in life.task.observed, "it never ran");
      t.equal(life.found("web"), undefined, "what was only created is taken away");
    });
  }

  t.test("one that is not essential and cannot start does not hold the task back", async (t) => {
    const life = aLife(aTask([aContainer("web"), aContainer("side", onTheSide)]));
    life.refusals.set("start side", "no start");
    life.goOn();
    t.equal(life.task.observed.status, "RUNNING");
    t.match(life.state("side"), { status: "STOPPED", reason: "no start" });
  });

  t.test("one that is not essential and lacks what it is to be given stops the task all the same", async (t) => {
    const life = aLife(aTask([aContainer("web"), aContainer("side", onTheSide)]));
    const reason = "ResourceInitializationError: no such secret";
    life.refusals.set("create side", reason);
    life.goOn();
    t.match(life.task.stop, { code: "TaskFailedToStart", reason });
    t.equal(life.task.observed.status, "STOPPED");
  });
});

t.test("a stop that is asked for", async (t) => {
  t.test("before an image was pulled creates no container", async (t) => {
    const life = aLife(aTask([aContainer("web")]));
    life.decide();
    life.stop();
    life.goOn();
    t.strictSame(life.done, ["pull web"]);
    t.equal(life.task.observed.status, "STOPPED");
    t.notOk("startedAt" in life.task.observed);
    t.notOk("reason" in life.state("web"), "nothing went wrong with it");
  });

  t.test("before anything began does nothing at all", async (t) => {
    const life = aLife(aTask([aContainer("web")]));
    life.stop();
    life.goOn();
    t.strictSame(life.done, []);
    t.equal(life.task.observed.status, "STOPPED");
    t.notOk("pullStartedAt" in life.task.observed, "nothing was pulled");
  });

  t.test("while a container is being created takes it away instead of starting it", async (t) => {
    const life = aLife(aTask([aContainer("web")]));
    while (!life.pending().some(({ verb }) => verb === "create")) {
      for (const step of life.pending()) life.perform(step);
      life.decide();
    }
    life.stop();
    life.goOn();
    t.strictSame(life.done, ["pull web", "create web", "discard web"]);
    t.equal(life.task.observed.status, "STOPPED");
    t.notOk("reason" in life.state("web"), "Berth removed it itself, nobody else did");
  });

  t.test("gives each container its own grace", async (t) => {
    const life = aLife(aTask([aContainer("web", { stopTimeoutSeconds: 7 })]));
    life.goOn();
    life.stop();
    t.match(life.decide().steps, [{ verb: "stop", container: "web", graceSeconds: 7 }]);
    t.equal(life.task.observed.status, "STOPPING");
  });
});

t.test("an end that was not the program's own", async (t) => {
  t.test("for memory is told as such, of the container and of the task", async (t) => {
    const life = aLife(aTask([aContainer("web")]));
    life.goOn();
    life.exit("web", 137, { oomKilled: true });
    life.goOn();
    t.match(life.state("web"), { exitCode: 137, reason: OUT_OF_MEMORY });
    t.match(life.task.stop, { code: "EssentialContainerExited", reason: OUT_OF_MEMORY });
  });

  t.test("137 without the kernel's hand is only an exit code", async (t) => {
    const life = aLife(aTask([aContainer("web")]));
    life.goOn();
    life.exit("web", 137);
    life.goOn();
    t.equal(life.state("web").reason, undefined);
  });

  t.test("a container that somebody removed counts as stopped, and is never made again", async (t) => {
    const life = aLife(aTask([aContainer("web")]));
    life.goOn();
    life.vanish("web");
    life.goOn();
    t.match(life.state("web"), { status: "STOPPED", reason: /^CannotInspectContainerError: / });
    t.equal(life.task.observed.status, "STOPPED");
    t.equal(life.starts.get("web"), 1);
  });

  t.test("a container that is being removed does not count as created again", async (t) => {
    const life = aLife(aTask([aContainer("web")]));
    life.goOn();
    const found = { ...life.found("web")!, state: "removing" as const, exitCode: 9, finishedAt: 2_000 };
    const next = life.judge(new Map([["web", { found, logsOpen: false, oomKilled: false }]]));
    t.match(next.observed.containers[0], { status: "STOPPED", exitCode: 9 });
    t.strictSame(next.steps, []);
  });

  t.test("a container that ran on record and is only created on its engine is not started again", async (t) => {
    const life = aLife(aTask([aContainer("web")]));
    life.goOn();
    const { startedAt: _, ...found } = { ...life.found("web")!, state: "created" as const };
    const next = life.judge(new Map([["web", { found, logsOpen: false, oomKilled: false }]]));
    t.match(next.observed.containers[0], { status: "STOPPED", reason: /^CannotInspectContainerError: / });
    t.strictSame(next.steps, [{ verb: "discard", container: "web" }]);
  });
});

t.test("a crash between any two steps is only a repetition", async (t) => {
  for (let steps = 0; steps < 8; steps += 1) {
    const life = aLife(aTask([aContainer("web"), aContainer("db")]));
    for (let n = 0; n < steps; n += 1) {
      const [step] = life.pending();
      if (step) life.perform(step);
      else life.decide();
    }
    life.crash(({ container }) => container === "web");
    life.goOn();
    t.equal(life.task.observed.status, "RUNNING", `after ${steps} steps`);
    t.strictSame([life.starts.get("web"), life.starts.get("db")], [1, 1]);
  }
});

t.test(
  "what a STOPPED task left running is stopped, what it left created is taken away, and its record stays",
  async (t) => {
    const life = aLife(aTask([aContainer("old", { stopTimeoutSeconds: 2 }), aContainer("new")]));
    life.refusals.set("start new", "no start");
    life.decide();
    for (const verb of ["pull", "pull", "create", "create", "start"]) {
      const step = life.pending().find((one) => one.verb === verb)!;
      life.perform(step);
      life.decide();
    }
    t.strictSame(life.running(), ["old"]);
    const lost = { ...life.task.observed, status: "STOPPED" as const };
    life.task = { ...life.task, desired: "STOPPED", observed: lost };
    life.crash();
    const { steps, observed } = life.decide();
    t.strictSame(steps, [
      { verb: "stop", container: "old", graceSeconds: 2 },
      { verb: "discard", container: "new" },
    ]);
    t.strictSame(observed, lost);
    life.goOn();
    t.strictSame(life.task.observed, lost, "the old attempt's result is refused");
  },
);
