import type { ObservedContainer } from "../../src/fleet/model/container-plan.ts";
import type { ContainerId, HostId, TaskId } from "../../src/fleet/model/ids.ts";
import { type NextSteps, nextSteps, type Step } from "../../src/fleet/model/next-steps.ts";
import type { ContainerSight } from "../../src/fleet/model/sight.ts";
import type { ContainerState, StopRequest, Task } from "../../src/fleet/model/task.ts";
import type { ContainerSpec, TaskSpec } from "../../src/fleet/model/task-spec.ts";
import { aRequest, CLUSTER } from "./scheduler-fixtures.ts";

export const aTask = (containers: readonly ContainerSpec[], changes: Partial<TaskSpec> = {}): Task => ({
  id: "t1" as TaskId,
  cluster: CLUSTER,
  host: "h1" as HostId,
  attempt: 1,
  group: "family:web",
  terms: [],
  spec: { ...aRequest().spec, ...changes, containers },
  ports: [],
  details: {},
  createdAt: 0,
  desired: "RUNNING",
  observed: {
    status: "PENDING",
    containers: containers.map(({ name }) => ({ name, status: "PENDING", bindings: [], restartCount: 0 })),
  },
  version: 1,
});

type Sight = { -readonly [Key in keyof ContainerSight]: ContainerSight[Key] };
type Found = { -readonly [Key in keyof ObservedContainer]: ObservedContainer[Key] };

/**
 * A task on a model of an engine, driven by nothing but what `nextSteps` decides, with time standing still unless told. Steps that were
 * decided wait until the test performs them, and what is seen is forgotten by a crash.
 */
export const aLife = (task: Task) => {
  const engine = new Map<string, Found>();
  let sights = new Map<string, Sight>();
  let pending: Step[] = [];
  let made = 0;
  const life = {
    task,
    now: 1_000,
    /** What was done, in order: `pull a`, `create a`, …. */
    done: [] as string[],
    /** How often each container's program was started. */
    starts: new Map<string, number>(),
    /** Verbs that fail, by container: `start a`. */
    refusals: new Map<string, string>(),
    pending: (): readonly Step[] => pending,
    found: (name: string): ObservedContainer | undefined => engine.get(name),
    running: (): string[] => [...engine].filter(([, { state }]) => state === "running").map(([name]) => name),
    state: (name: string): ContainerState => life.task.observed.containers.find((state) => state.name === name)!,

    /** Decides, records and begins what is to be done; `record: false` crashes in between. */
    decide({ record = true }: { record?: boolean } = {}): NextSteps {
      const next = nextSteps(life.task, sights, life.now);
      if (next.stop) life.stop(next.stop.code, next.stop.reason);
      if (!record) return next;
      life.task = { ...life.task, observed: next.observed };
      for (const step of next.steps) sightOf(step.container).busy = step.verb;
      pending = [...pending, ...next.steps];
      return next;
    },
    stop(code: StopRequest["code"] = "UserInitiated", reason = "bye"): void {
      if (life.task.desired === "STOPPED") return;
      life.task = { ...life.task, desired: "STOPPED", stop: { code, reason, at: life.now } };
    },
    /** Ends one of the steps that were begun. */
    perform(step: Step): void {
      pending = pending.filter((other) => other !== step);
      const sight = sightOf(step.container);
      delete sight.busy;
      if (step.verb === "pull") sight.pullStartedAt = life.now;
      const refusal = life.refusals.get(`${step.verb} ${step.container}`);
      if (refusal === undefined) affect(step, sight);
      else sight.failure = refusal;
      see(step.container);
    },
    /** Goes on until nothing is left to do. Throws where that never comes. */
    goOn(): void {
      for (let rounds = 0; rounds < 100; rounds += 1) {
        const before = life.task.observed;
        life.decide();
        if (pending.length === 0 && JSON.stringify(before) === JSON.stringify(life.task.observed)) return;
        for (const step of pending) life.perform(step);
      }
      throw new Error(`the task does not come to rest: ${life.done.slice(-9).join(", ")}`);
    },
    exit(name: string, exitCode: number, { oomKilled = false, seen = true } = {}): void {
      const found = engine.get(name)!;
      engine.set(name, { ...found, state: "exited", exitCode, oomKilled, finishedAt: life.now });
      if (seen) see(name);
    },
    health(name: string, health: "HEALTHY" | "UNHEALTHY" | "UNKNOWN"): void {
      engine.set(name, { ...engine.get(name)!, health });
      see(name);
    },
    reading(name: string, logsOpen: boolean): void {
      sightOf(name).logsOpen = logsOpen;
    },
    /** Somebody else removes it. */
    vanish(name: string): void {
      engine.delete(name);
      see(name);
    },
    /** A new owner: knows what is on record and what the engine shows. Of what was under way, some reached the engine. */
    crash(reached: (step: Step) => boolean = () => false): void {
      for (const step of pending) if (reached(step)) affect(step, { ...sightOf(step.container) });
      pending = [];
      sights = new Map();
      for (const name of engine.keys()) see(name);
    },
    /** What is decided of a sight made by hand. */
    judge: (made: ReadonlyMap<string, ContainerSight>) => nextSteps(life.task, made, life.now),
  };

  const sightOf = (name: string): Sight => {
    const sight = sights.get(name) ?? { logsOpen: false, oomKilled: false };
    sights.set(name, sight);
    return sight;
  };
  const see = (name: string): void => {
    const sight = sightOf(name);
    const found = engine.get(name);
    if (found) sight.found = { ...found };
    else delete sight.found;
  };
  const affect = ({ verb, container }: Step, sight: Sight): void => {
    const found = engine.get(container);
    life.done.push(`${verb} ${container}`);
    if (verb === "pull") sight.imageDigest = "sha256:1";
    if (verb === "create" && !found) engine.set(container, created(container, ++made, life.now));
    if (verb === "start" && found?.state === "created") {
      life.starts.set(container, (life.starts.get(container) ?? 0) + 1);
      engine.set(container, { ...found, state: "running", startedAt: life.now });
    }
    if (verb === "restart" && found?.state === "exited" && found.startedAt === life.state(container).restartOf) {
      life.starts.set(container, (life.starts.get(container) ?? 0) + 1);
      const { exitCode: _, finishedAt: __, ...rest } = found;
      engine.set(container, { ...rest, state: "running", oomKilled: false, startedAt: life.now });
    }
    if (verb === "stop" && found?.state === "running")
      engine.set(container, { ...found, state: "exited", exitCode: 143, finishedAt: life.now });
    if (verb === "discard" && found?.state !== "running") engine.delete(container);
  };
  return life;
};

const created = (name: string, number: number, createdAt: number): Found => ({
  id: `${name}-${number}` as ContainerId,
  name,
  labels: {},
  state: "created",
  oomKilled: false,
  bindings: [],
  createdAt,
});
