import fc from "fast-check";
import t from "tap";
import { PAUSE, withPause } from "../../src/fleet/model/pause.ts";
import { type ContainerStatus, TASK_MOVES, type Task, type TaskStatus } from "../../src/fleet/model/task.ts";
import type { ContainerSpec, TaskSpec } from "../../src/fleet/model/task-spec.ts";
import { aLife, aTask } from "./next-steps-fixtures.ts";
import { aContainer } from "./scheduler-fixtures.ts";

type Life = ReturnType<typeof aLife>;

const NAMES = ["a", "b", "c", "d"] as const;

/** Containers that wait only for those with earlier names, so that none wait for each other. */
const anyContainer = (index: number): fc.Arbitrary<ContainerSpec> => {
  const earlier: fc.Arbitrary<string[]> = fc.subarray(NAMES.slice(0, index), { maxLength: Math.min(index, 2) });
  return fc
    .record({
      essential: index === 0 ? fc.constant(true) : fc.boolean(),
      before: earlier,
      condition: fc.constantFrom("START" as const, "COMPLETE" as const, "SUCCESS" as const, "HEALTHY" as const),
      links: fc.oneof(fc.constant<string[]>([]), earlier),
      volumesFrom: fc.oneof(fc.constant<string[]>([]), earlier),
      startTimeoutSeconds: fc.option(fc.integer({ min: 1, max: 9 }), { nil: undefined }),
      restartPolicy: fc.option(
        fc.record({ ignoredExitCodes: fc.subarray([0, 1]), attemptPeriodSeconds: fc.constantFrom(1, 2) }),
        { nil: undefined, freq: 2 },
      ),
    })
    .map(({ before, condition, volumesFrom, startTimeoutSeconds, restartPolicy, ...rest }) =>
      aContainer(NAMES[index]!, {
        ...rest,
        // As registration has it: nothing waits for the end of an essential container. The first one is.
        dependsOn: before.map((container) => ({ container, condition: container === "a" ? "START" : condition })),
        volumesFrom: volumesFrom.map((container) => ({ container, readOnly: false })),
        ...(startTimeoutSeconds !== undefined && { startTimeoutSeconds }),
        ...(restartPolicy && { restartPolicy }),
      }),
    );
};

const anyTask: fc.Arbitrary<Task> = fc
  .record({
    containers: fc
      .integer({ min: 1, max: NAMES.length })
      .chain((count) => fc.tuple(...Array.from({ length: count }, (_, index) => anyContainer(index)))),
    pidMode: fc.constantFrom(undefined, undefined, "task" as const),
    networkMode: fc.constantFrom("bridge" as const, "awsvpc" as const),
  })
  .map(({ containers, pidMode, networkMode }) => {
    const changes = { ...(pidMode && { pidMode }), networkMode } satisfies Partial<TaskSpec>;
    return aTask(withPause({ ...aTask(containers).spec, ...changes }).containers, changes);
  });

/** What happens next; the number picks among what it can happen to. */
interface Happening {
  readonly what: keyof typeof HAPPENINGS;
  readonly which: number;
}

const pick = <Item>(items: readonly Item[], which: number): Item | undefined => items[which % items.length];

const HAPPENINGS = {
  decide: (life) => void life.decide(),
  perform: (life, which) => {
    const step = pick(life.pending(), which);
    if (step) life.perform(step);
  },
  refuse: (life, which) => {
    const step = pick(
      life
        .pending()
        .filter(({ verb }) => verb === "pull" || verb === "create" || verb === "start" || verb === "restart"),
      which,
    );
    if (!step) return;
    life.refusals.set(`${step.verb} ${step.container}`, "refused");
    life.perform(step);
  },
  exit: (life, which) => {
    const name = pick(life.running(), which);
    if (name) life.exit(name, [0, 1, 137][which % 3]!, { oomKilled: which % 2 === 0, seen: which % 5 !== 0 });
  },
  health: (life, which) => {
    const name = pick(life.running(), which);
    if (name) life.health(name, which % 3 === 0 ? "UNHEALTHY" : "HEALTHY");
  },
  crash: (life, which) => life.crash((step) => (which + step.container.charCodeAt(0)) % 2 === 0),
  crashBeforeRecord: (life) => {
    life.decide({ record: false });
    life.crash();
  },
  vanish: (life, which) => {
    const name = pick(
      [...NAMES, PAUSE].filter((one) => life.found(one)),
      which,
    );
    if (name) life.vanish(name);
  },
  stop: (life) => life.stop(),
  later: (life, which) => {
    life.now += which * 100;
  },
} satisfies Record<string, (life: Life, which: number) => void>;

const anyHappening: fc.Arbitrary<Happening> = fc.record({
  what: fc.oneof(
    { weight: 12, arbitrary: fc.constantFrom("decide" as const, "perform" as const) },
    { weight: 3, arbitrary: fc.constantFrom("exit" as const, "crash" as const, "health" as const, "later" as const) },
    {
      weight: 1,
      arbitrary: fc.constantFrom("crashBeforeRecord" as const, "refuse" as const, "vanish" as const, "stop" as const),
    },
  ),
  which: fc.nat(30),
});

const ORDER: Readonly<Record<ContainerStatus, number>> = { PENDING: 0, PULLED: 1, CREATED: 2, RUNNING: 3, STOPPED: 4 };

/** Why the record may not have changed so, if it may not. */
const wentBack = (before: Task, after: Task): string | undefined => {
  const [from, to] = [before.observed.status, after.observed.status];
  const allowed: readonly TaskStatus[] = [from, ...Object.values(TASK_MOVES[from])];
  if (!allowed.includes(to)) return `the task went from ${from} to ${to}`;
  for (const [index, was] of before.observed.containers.entries()) {
    const is = after.observed.containers[index]!;
    if (is.restartCount < was.restartCount || is.restartCount > was.restartCount + 1)
      return `${was.name} was restarted ${was.restartCount} times, then ${is.restartCount}`;
    if (ORDER[is.status] < ORDER[was.status]) return `${was.name} went from ${was.status} to ${is.status}`;
    // Only a restart on record begins another run.
    for (const fact of ["startedAt", "exitCode", "finishedAt", "reason", "runtimeId"] as const)
      if (
        !(fact === "startedAt" && was.restartOf === was.startedAt) &&
        was[fact] !== undefined &&
        is[fact] !== was[fact]
      )
        return `${fact} of ${was.name} changed`;
  }
  return undefined;
};

const holds = (life: Life, before: Task): void => {
  const broken = wentBack(before, life.task);
  if (broken) throw new Error(broken);
  for (const [name, count] of life.starts) {
    const { restartCount } = life.state(name);
    if (count > 1 + restartCount) throw new Error(`${name} was started ${count} times, restarted ${restartCount}`);
  }
};

t.test(
  "whatever happens to a task, no program runs more often than its restarts on record, nothing goes back, and it ends",
  async () => {
    fc.assert(
      fc.property(anyTask, fc.array(anyHappening, { maxLength: 60 }), (task, history) => {
        const life = aLife(task);
        for (const { what, which } of history) {
          const before = life.task;
          HAPPENINGS[what](life, which);
          holds(life, before);
        }
        // Nothing goes wrong any more: programs end, whoever knows them sees it, and time passes.
        life.crash();
        for (let rounds = 0; rounds < 20 && life.task.observed.status !== "STOPPED"; rounds += 1) {
          const before = life.task;
          life.goOn();
          holds(life, before);
          // The second time at once: no policy restarts what ran so short.
          for (const name of life.running()) life.exit(name, 0);
          life.goOn();
          for (const name of life.running()) life.exit(name, 0);
          life.now += 10_000;
        }
        if (life.task.observed.status !== "STOPPED") throw new Error("it never ends");
        life.goOn();
        if (life.running().length > 0) throw new Error(`${life.running()} still runs`);
      }),
      { numRuns: 800 },
    );
  },
);

t.test("what was decided holds: without news there is nothing more to record, and nothing is begun twice", async () => {
  fc.assert(
    fc.property(anyTask, fc.array(anyHappening, { maxLength: 40 }), (task, history) => {
      const life = aLife(task);
      for (const { what, which } of history) HAPPENINGS[what](life, which);
      // A stop takes effect at the decision after it was asked for, and who ran before it was RUNNING first.
      if (life.decide().stop) life.decide();
      if (life.task.desired === "STOPPED" && life.task.observed.status === "RUNNING") life.decide();
      const recorded = life.task.observed;
      const again = life.decide();
      if (JSON.stringify(again.observed) !== JSON.stringify(recorded) || again.steps.length > 0 || again.stop)
        throw new Error(`decided ${JSON.stringify(again)} of ${JSON.stringify(recorded)}`);
    }),
    { numRuns: 300 },
  );
});
