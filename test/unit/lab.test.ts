import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Task } from "@aws-sdk/client-ecs";
import t from "tap";
import type { PlacementAnswer } from "../../src/cli/answers.ts";
import { resultsOf } from "../../src/cli/commands/lab.ts";
import { PACKAGE_ROOT } from "../../src/cli/connection.ts";
import { FARGATE_AGAINST_EC2 } from "../../src/cli/lab/fargate-against-ec2.ts";
import { IMAGES } from "../../src/cli/lab/images.ts";
import type { SeenRepository, SeenRun } from "../../src/cli/lab/images-sight.ts";
import type { JobSight, LabJob } from "../../src/cli/lab/job-sight.ts";
import { LABS, labOf } from "../../src/cli/lab/labs.ts";
import { LIMITS_AND_OOM } from "../../src/cli/lab/limits-and-oom.ts";
import type { LabSight, LabTask } from "../../src/cli/lab/look.ts";
import { QUEUE_WITH_RETRIES } from "../../src/cli/lab/queue-with-retries.ts";
import { RUN_A_TASK } from "../../src/cli/lab/run-a-task.ts";
import type { ServiceSight } from "../../src/cli/lab/service-sight.ts";
import { SERVICE_THAT_ROLLS } from "../../src/cli/lab/service-that-rolls.ts";

const placed = (chosen: string, requestId = "one", strategy: "spread" | "binpack" = "spread"): PlacementAnswer => ({
  requestId,
  cluster: "000000000000/us-east-1/default",
  group: "family:lab-1-hello",
  at: 0,
  needed: { cpuUnits: 64, memoryMiB: 64, ports: [] },
  constraints: [],
  strategies: [strategy === "spread" ? { type: "spread", field: "instanceId" } : { type: "binpack", field: "memory" }],
  explanation: { chosen, hosts: [] },
});

const hello = (host: string, more: Partial<LabTask> = {}): LabTask => ({
  id: `hello-${host}`,
  family: "lab-1-hello",
  status: "STOPPED",
  stopCode: "EssentialContainerExited",
  stoppedReason: "Essential container in task exited",
  exitCode: 0,
  placement: placed(host),
  ...more,
});

const refusal = (family: string, never: boolean, reason = "RESOURCE:MEMORY"): PlacementAnswer => ({
  ...placed("none"),
  group: `family:${family}`,
  explanation: {
    hosts: ["a", "b", "c"].map((host) => ({
      host,
      scores: [],
      lacks: [{ reason, detail: "…", ...(never && { never }) }],
    })),
  },
});

const SPREAD = [hello("a"), hello("b"), hello("c")];
const FAILED = hello("a", { id: "seven", exitCode: 7, placement: placed("a", "two") });
const STOPPED: LabTask = {
  id: "filler",
  family: "lab-1-filler",
  status: "STOPPED",
  stopCode: "UserInitiated",
  stoppedReason: "making room",
  exitCode: 3,
};
const KILLED: LabTask = {
  id: "hungry",
  family: "lab-1-hungry",
  status: "STOPPED",
  exitCode: 137,
  containerReason: "OutOfMemoryError: Container killed due to memory usage",
};

const DONE: LabSight = {
  families: ["lab-1-hello", "lab-1-filler", "lab-1-hungry"],
  tasks: [...SPREAD, FAILED, STOPPED, KILLED],
  refusals: [refusal("lab-1-filler", false)],
};

const missing = (sight: Partial<LabSight>): Record<number, string | undefined> =>
  Object.fromEntries(
    resultsOf(RUN_A_TASK, { ...DONE, ...sight })
      .filter(({ done }) => !done)
      .map((result) => [result.step, result.missing]),
  );

t.test("who did nothing passes nothing, who did all passes all", async (t) => {
  t.same(
    resultsOf(RUN_A_TASK, { families: [], tasks: [], refusals: [] }).map(({ done }) => done),
    RUN_A_TASK.steps.map(() => false),
  );
  t.same(missing({}), {});
});

t.test(
  "lab 1 takes tasks for spread only if one request spread them over three hosts and they ended with 0",
  async (t) => {
    const with_ = (...tasks: LabTask[]) => missing({ tasks: [...tasks, FAILED, STOPPED, KILLED] })[2];
    const [a, b, c] = SPREAD as [LabTask, LabTask, LabTask];
    t.equal(with_(a, b), "no request has placed 3 tasks of lab-1-hello in the last hour");
    t.equal(
      with_(a, b, hello("c", { placement: placed("c", "another") })),
      "no request has placed 3 tasks of lab-1-hello in the last hour",
    );
    t.equal(with_(a, b, hello("b")), "its tasks went to a and b: is there room on 3 hosts? See berth hosts");
    const packed = (host: string) => hello(host, { placement: placed(host, "one", "binpack") });
    t.equal(
      with_(packed("a"), packed("b"), packed("c")),
      "the request gave no placement strategy spread over instanceId",
    );
    t.equal(with_(a, b, hello("c", { exitCode: 1 })), "task hello-c ended with 1, not 0");
    t.equal(with_(a, b, hello("c", { status: "RUNNING" })), "task hello-c is RUNNING: wait for it to end");
    t.equal(
      with_(hello("a", { exitCode: 1, placement: placed("a", "first try") }), a, b, c),
      undefined,
      "a second try",
    );
  },
);

t.test("lab 1 takes only what was asked for", async (t) => {
  const without = (task: LabTask, ...instead: LabTask[]) =>
    missing({ tasks: [...DONE.tasks.filter((one) => one !== task), ...instead] });
  t.same(missing({ families: [] }), { 1: "no family lab-1-hello is registered" });
  t.same(without(FAILED), { 3: "no task of lab-1-hello has ended with 7, only with 0" });
  t.same(without(STOPPED), { 5: "no task of lab-1-filler was stopped by you" });
  t.same(without(STOPPED, { ...STOPPED, stoppedReason: "Task stopped by user" }), {
    5: "it was stopped without a reason: give one with --reason",
  });
  const { exitCode: _, ...unended } = STOPPED;
  t.same(without(STOPPED, unended), { 5: "task filler is still stopping, or had not started yet" });
  t.same(without(KILLED, { ...KILLED, containerReason: "", exitCode: 137 }), {
    6: "its task has not been killed for its memory yet",
  });
});

t.test("lab 1 takes a refusal only of its own task, by memory that is taken", async (t) => {
  t.match(missing({ refusals: [] }), { 4: /^no placement was refused/ });
  t.match(missing({ refusals: [refusal("web", false)] }), { 4: /^the last refusal is of family:web/ });
  t.match(missing({ refusals: [refusal("lab-1-filler", true)] }), { 4: /another reason than memory that is taken/ });
  t.match(missing({ refusals: [refusal("lab-1-filler", false, "RESOURCE:CPU")] }), { 4: /another reason/ });
});

const ONE = { digest: "sha256:1111", tags: ["1", "first"] };
const DEV = { digest: "sha256:2222", tags: ["dev"] };
const LOST = { digest: "sha256:3333", tags: [] };
const BUILDS = ["build-2", "build-3"].map((tag) => ({ digest: `sha256:${tag}`, tags: [tag] }));
const APP: SeenRepository = { name: "lab-3/app", mutability: "IMMUTABLE", images: [ONE, DEV, LOST] };
const KEPT: SeenRepository = {
  name: "lab-3/builds",
  mutability: "MUTABLE",
  images: BUILDS,
  lifecycle: { hasRun: true },
};
const RUN = { image: `x.dkr.ecr.y.amazonaws.com/lab-3/app@${LOST.digest}`, imageDigest: LOST.digest, exitCode: 0 };

/** What lab 3 finds missing of a registry that is as it should be but for these. */
const missingImages = ({
  app = {},
  builds = {},
  runs = [RUN],
}: {
  app?: Partial<SeenRepository>;
  builds?: Partial<SeenRepository>;
  runs?: SeenRun[];
}): Record<number, string | undefined> => {
  const repositories = [
    { ...APP, ...app },
    { ...KEPT, ...builds },
  ];
  const results = resultsOf(IMAGES, { repositories, runs });
  return Object.fromEntries(results.filter(({ done }) => !done).map(({ step, missing }) => [step, missing]));
};

t.test("lab 3: who did nothing passes nothing, who did all passes all", async (t) => {
  const results = resultsOf(IMAGES, { repositories: [], runs: [] });
  t.same(
    results.map(({ missing }) => missing),
    [...Array(5).fill("there is no repository lab-3/app"), "there is no repository lab-3/builds"],
  );
  t.same(missingImages({}), {});
});

t.test("lab 3 takes two tags only of one image, and a moved one only where an image was left behind", async (t) => {
  t.same(missingImages({ app: { images: [{ ...ONE, tags: ["1"] }, DEV, LOST] } }), {
    2: "lab-3/app has no image tagged first",
    5: "lab-3/app has no image tagged first",
  });
  const apart = [{ ...ONE, tags: ["1"] }, { digest: "sha256:4444", tags: ["first"] }, DEV, LOST];
  t.match(missingImages({ app: { images: apart } }), { 2: "1 is sha256:1111, and first is sha256:4444: two images" });
  t.same(missingImages({ app: { images: [ONE, LOST] } }), { 3: "lab-3/app has no image tagged dev" });
  t.same(missingImages({ app: { images: [ONE, DEV] } }), {
    3: "no image has lost the tag dev: push it once more, with other content",
    4: "it ran an image that has a tag, or is gone: take the digest of the one without",
  });
});

t.test("lab 3 takes a run only of the image without a tag, named by its digest, that ended with 0", async (t) => {
  const of = (runs: SeenRun[]) => missingImages({ runs })[4];
  t.equal(of([]), "no task of the last hour names its image lab-3/app@sha256:…");
  t.equal(of([{ ...RUN, image: "x.dkr.ecr.y.amazonaws.com/lab-3/app:dev" }]), of([]), "by a tag");
  t.match(of([{ ...RUN, imageDigest: DEV.digest }]), /take the digest of the one without$/);
  t.equal(of([{ ...RUN, exitCode: 1 }]), "its task has not ended with 0");
  const { exitCode: _, ...running } = RUN;
  t.equal(of([running]), "its task has not ended with 0");
  t.equal(of([running, RUN]), undefined, "a second try");
});

t.test("lab 3 takes a policy only once it ran and took the build that is too many", async (t) => {
  const of = (builds: Partial<SeenRepository>) => missingImages({ builds })[6];
  t.equal(missingImages({ app: { mutability: "MUTABLE" } })[5], "the tags of lab-3/app are MUTABLE");
  t.equal(of({ images: [BUILDS[1]!] }), "lab-3/builds has no image tagged build-2");
  const { lifecycle: _, ...without } = KEPT;
  t.match(resultsOf(IMAGES, { repositories: [without], runs: [] }).at(-1), {
    missing: "lab-3/builds has no lifecycle policy",
  });
  t.equal(of({ lifecycle: { hasRun: false } }), "its policy has not run since it was put");
  const third = { digest: "sha256:5555", tags: ["build-1"] };
  t.match(of({ images: [...BUILDS, third] }), /^build-1 is still there/);
});

const job = (name: string, more: Partial<LabJob> = {}): LabJob => ({
  id: "3f2a91c0-0000-4000-8000-000000000001",
  name: `lab-2-${name}`,
  queue: "default",
  status: "SUCCEEDED",
  createdAt: 1000,
  startedAt: 2000,
  reason: "",
  vcpus: 1,
  attemptsAllowed: 1,
  hasExitRules: false,
  attempts: [{ exitCode: 0 }],
  isCancelled: false,
  children: [],
  ...more,
});
const codes = (...all: number[]) => all.map((exitCode) => ({ exitCode }));
const children = (count: number, startedAt = 3000): LabJob["children"] =>
  Array.from({ length: count }, (_, index) => ({ index, status: "SUCCEEDED", startedAt: startedAt + index }));
const RULED = { attemptsAllowed: 3, hasExitRules: true };

const FIRST = job("flaky", { status: "FAILED", attempts: codes(75) });
const SECOND = job("flaky", { ...RULED, attempts: codes(75, 0) });
const THIRD = job("flaky", { ...RULED, status: "FAILED", attempts: codes(3) });
const ARRAY = job("shards", { children: children(10) });
const BULK = job("bulk", { queue: "lab-2-slow", createdAt: 1000, children: children(8, 5000) });
const URGENT = job("urgent", { queue: "lab-2-fast", createdAt: 2000, startedAt: 5001 });
const GIANT = job("giant", { vcpus: 64, status: "FAILED", isCancelled: true });
const ALL = [FIRST, SECOND, THIRD, ARRAY, BULK, URGENT, GIANT];

/** What is missing when a learner did this instead of that. */
const missing2 = (gone: LabJob, ...instead: LabJob[]): Record<number, string | undefined> => {
  const sight: JobSight = { jobs: [...ALL.filter((one) => one !== gone), ...instead] };
  const open = resultsOf(QUEUE_WITH_RETRIES, sight).filter(({ done }) => !done);
  return Object.fromEntries(open.map((result) => [result.step, result.missing]));
};

t.test("lab 2 takes retries only as they were asked for", async (t) => {
  t.same(
    resultsOf(QUEUE_WITH_RETRIES, { jobs: [] }).map(({ done }) => done),
    QUEUE_WITH_RETRIES.steps.map(() => false),
  );
  t.same(missing2(job("none")), {});
  t.same(missing2(FIRST), { 1: "no job lab-2-flaky was submitted" });
  t.same(missing2(FIRST, job("flaky", { status: "RUNNING", attempts: [] })), {
    1: "lab-2-flaky (3f2a91c0) is RUNNING: wait for it to end",
  });
  t.match(missing2(FIRST, job("flaky", { status: "FAILED", attempts: codes(1) })), { 1: /failed with 1, not with 75/ });
  t.match(missing2(SECOND, job("flaky", { attemptsAllowed: 3, attempts: codes(75, 0) })), {
    2: /its rules did not match/,
  });
  t.match(missing2(SECOND, job("flaky", { ...RULED, status: "FAILED", attempts: codes(75) })), { 2: /ended with/ });
  t.match(missing2(THIRD), { 3: "no lab-2-flaky with retries and rules has failed with 3" });
  t.match(missing2(THIRD, { ...THIRD, attempts: codes(3, 3, 3) }), { 3: /was tried 3 times: no rule said EXIT for 3/ });
});

t.test("lab 2 takes a whole array, a job that overtook others that waited, and one that was cancelled", async (t) => {
  t.match(missing2(ARRAY), { 4: "no array lab-2-shards has run" });
  t.match(missing2(ARRAY, { ...ARRAY, children: children(9) }), { 4: /9 children succeeded, and there should be 10/ });
  t.match(missing2(BULK), { 5: "no lab-2-bulk was submitted to lab-2-slow" });
  t.match(missing2(URGENT, { ...URGENT, queue: "lab-2-slow" }), { 5: "no lab-2-urgent was submitted to lab-2-fast" });
  const { startedAt: _, ...waiting } = URGENT;
  t.match(missing2(URGENT, { ...waiting, status: "RUNNABLE" }), { 5: "lab-2-urgent has not started yet" });
  t.match(
    missing2(URGENT, { ...URGENT, createdAt: 500 }),
    { 5: /no child of lab-2-bulk was waiting/ },
    "it came first",
  );
  t.match(
    missing2(URGENT, { ...URGENT, startedAt: 9000 }),
    { 5: /no child of lab-2-bulk was waiting/ },
    "it came last",
  );
  t.match(missing2(GIANT, { ...GIANT, vcpus: 2 }), { 6: "no lab-2-giant of 64 vCPUs was submitted and cancelled" });
  const aside = { ...GIANT, isCancelled: false, status: "RUNNABLE" as const };
  t.match(missing2(GIANT, { ...aside, reason: "MISCONFIGURATION:JOB_RESOURCE_REQUIREMENT - …" }), {
    6: /then cancel it/,
  });
  t.match(missing2(GIANT, aside), { 6: /no reason is on record yet/ });
});

t.test("lab 4 takes a service only once it was kept, rolled and rolled back", async (t) => {
  const service = {
    desiredCount: 5,
    runningCount: 5,
    hasBreaker: true,
    deployments: ["ROLLBACK_SUCCESSFUL", "SUCCESSFUL", "SUCCESSFUL"],
  } as const;
  const open = (sight: ServiceSight) =>
    Object.fromEntries(
      resultsOf(SERVICE_THAT_ROLLS, sight).flatMap((one) => (one.done ? [] : [[one.step, one.missing]])),
    );
  t.same(open({ service, hasLostTask: true }), {});
  t.equal(
    Object.keys(open({ hasLostTask: false })).length,
    SERVICE_THAT_ROLLS.steps.length,
    "without a service nothing",
  );
  t.match(open({ service: { ...service, hasBreaker: false }, hasLostTask: true }), { 1: /no circuit breaker/ });
  t.match(open({ service, hasLostTask: false }), { 2: /has ended by itself/ });
  t.match(open({ service: { ...service, deployments: ["SUCCESSFUL"] }, hasLostTask: true }), {
    3: "1 deployment of lab-4-web completed, and there should be two",
    4: /was rolled back/,
  });
  t.match(open({ service: { ...service, runningCount: 4 }, hasLostTask: true }), {
    2: "4 of 5 tasks run",
    5: "lab-4-web wants 5 tasks and has 4",
  });
});

t.test(
  "lab 5 takes a kill at each limit, a task that was placed by its reservation, and what busy ones use",
  async (t) => {
    const killed = (family: string): LabTask => ({ ...KILLED, id: family, family });
    const soft = {
      ...hello("a"),
      family: "lab-5-soft",
      placement: { ...placed("a"), needed: { cpuUnits: 0, memoryMiB: 16, ports: [] } },
    };
    const busy = (family: string, cores: number, ranSeconds = 60): LabTask => ({
      id: family,
      family,
      status: "RUNNING",
      cores,
      ranSeconds,
    });
    const CAPPED = busy("lab-5-capped", 0.25);
    const SHARED = busy("lab-5-shared", 0.9);
    const did = [killed("lab-5-hard"), soft, killed("lab-5-pair"), CAPPED, SHARED];
    const open = (gone: LabTask | undefined, ...instead: LabTask[]) => {
      const tasks = [...did.filter((task) => task !== gone), ...instead];
      return Object.fromEntries(
        resultsOf(LIMITS_AND_OOM, { families: [], tasks, refusals: [] }).flatMap((one) =>
          one.done ? [] : [[one.step, one.missing]],
        ),
      );
    };
    t.same(open(undefined), {});
    t.same(
      resultsOf(LIMITS_AND_OOM, { families: [], tasks: [], refusals: [] }).map(({ done }) => done),
      LIMITS_AND_OOM.steps.map(() => false),
    );
    t.same(open(soft, { ...soft, exitCode: 137 }), { 2: "no task of lab-5-soft has ended with 0, only with 137" });
    t.match(open(soft, { ...soft, placement: placed("a") }), { 2: /placed by its reservation of 16 MiB/ });
    t.match(open(CAPPED, busy("lab-5-capped", 0.8)), { 4: /^lab-5-capped used 0\.80 cores: is its task's limit held/ });
    t.match(open(CAPPED, busy("lab-5-capped", 0.2, 2)), { 4: /has run for less than 5 seconds: ask again/ });
    t.match(open(SHARED, busy("lab-5-shared", 0.05)), { 5: /^lab-5-shared used 0\.05 cores, no more than its share/ });
    t.match(open(SHARED, { ...SHARED, status: "STOPPED" }), { 5: "no task of lab-5-shared runs" });
  },
);

t.test("lab 6 takes a task on each, one that waited for another's room, and one that Spot took back", async (t) => {
  const at = (seconds: number) => new Date(seconds * 1000);
  const task = (family: string, launchType: "EC2" | "FARGATE", more: Task = {}): Task => ({
    taskArn: "arn:aws:ecs:us-east-1:000000000000:task/default/3f2a91c0000000000000000000000000",
    taskDefinitionArn: `arn:aws:ecs:us-east-1:000000000000:task-definition/${family}:1`,
    launchType,
    lastStatus: "RUNNING",
    createdAt: at(1),
    startedAt: at(2),
    ...more,
  });
  const ON_EC2 = task("lab-6-web", "EC2");
  const ON_FARGATE = task("lab-6-web", "FARGATE");
  const MADE_ROOM = task("lab-6-large", "FARGATE", { lastStatus: "STOPPED", stoppedAt: at(9) });
  const WAITED = task("lab-6-large", "FARGATE", { startedAt: at(10) });
  const SPOT = task("lab-6-web", "FARGATE", {
    capacityProviderName: "FARGATE_SPOT",
    lastStatus: "STOPPED",
    stopCode: "SpotInterruption",
  });
  const did = [ON_EC2, ON_FARGATE, MADE_ROOM, WAITED, SPOT];
  const open = (gone: readonly Task[], ...instead: Task[]) =>
    Object.fromEntries(
      resultsOf(FARGATE_AGAINST_EC2, { tasks: [...did.filter((one) => !gone.includes(one)), ...instead] }).flatMap(
        (one) => (one.done ? [] : [[one.step, one.missing]]),
      ),
    );
  t.same(open([]), {});
  t.same(Object.keys(open(did)).length, FARGATE_AGAINST_EC2.steps.length);
  t.match(open([ON_EC2]), { 1: "no task of lab-6-web was run with launch type EC2" });
  const { startedAt: _, ...unstarted } = WAITED;
  const waiting = { ...unstarted, lastStatus: "PROVISIONING" };
  t.match(open([MADE_ROOM, WAITED], WAITED, waiting), {
    3: "1 task of lab-6-large in PROVISIONING: stop one that runs",
  });
  t.match(open([WAITED], waiting), { 3: /^no task of lab-6-large has started in the room that another one left$/ });
  t.match(open([WAITED], { ...WAITED, createdAt: at(10), startedAt: at(11) }), {
    3: /in the room that another one left$/,
  });
  t.match(open([SPOT], { ...SPOT, stopCode: "UserInitiated" }), { 4: "it was not taken back yet, or has not ended" });
});

t.test("every lab's text is there and has every command that start prints", async (t) => {
  for (const { readme, steps } of LABS) {
    const text = readFileSync(join(PACKAGE_ROOT, readme), "utf8")
      .replaceAll(/\\\n\s*/g, "")
      .replaceAll("npx berth", "berth");
    for (const command of steps.flatMap(({ how }) => how)) t.ok(text.includes(command), `${readme}: ${command}`);
  }
  t.equal(labOf("01"), RUN_A_TASK);
  t.throws(() => labOf("99"), { message: "there is no lab 99; see them with: berth lab list" });
});
