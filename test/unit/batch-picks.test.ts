import fc from "fast-check";
import t from "tap";
import { childrenOf, childStatus } from "../../src/batch/model/array.ts";
import type { EnvironmentId, JobId, QueueId } from "../../src/batch/model/ids.ts";
import { taskOfAttempt } from "../../src/batch/model/ids.ts";
import type { HostCapacity, QueueView, ShareView, WaitingJob } from "../../src/batch/model/pick-input.ts";
import { pickJobs } from "../../src/batch/model/pick-jobs.ts";
import { judgeEnd } from "../../src/batch/model/retry.ts";
import type { ExitRule } from "../../src/batch/model/retry-strategy.ts";
import { faded, weightOf } from "../../src/batch/model/shares.ts";
import { ARRAY_MOVES, JOB_MOVES, type JobStatus } from "../../src/batch/model/states.ts";
import type { HostId } from "../../src/fleet/model/ids.ts";
import { reachableStatuses, terminalStatuses } from "../../src/kernel/state-table.ts";

const ENVIRONMENT = "a/r/env" as EnvironmentId;
const job = (id: string, vcpus = 1, memoryMiB = 1): WaitingJob => ({
  id: id as JobId,
  needs: { cpuUnits: vcpus * 1024, memoryMiB },
});
const host = (id: string, vcpus: number, free = vcpus, members: Partial<HostCapacity> = {}): HostCapacity => ({
  id: id as HostId,
  isOpen: true,
  declared: { cpuUnits: vcpus * 1024, memoryMiB: 1_000 },
  free: { cpuUnits: free * 1024, memoryMiB: 1_000 },
  ...members,
});
const share = (jobs: readonly WaitingJob[], members: Partial<ShareView> = {}): ShareView => ({
  share: "",
  runningCpu: 0,
  pastCpu: 0,
  jobs,
  hasMore: false,
  ...members,
});
const queue = (id: string, shares: readonly ShareView[], members: Partial<QueueView> = {}): QueueView => ({
  id: id as QueueId,
  priority: 1,
  isEnabled: true,
  backfill: false,
  environments: [{ id: ENVIRONMENT, isEnabled: true, hosts: ["h1", "h2", "h3"] as HostId[] }],
  shares,
  ...members,
});
const ids = (picks: { readonly picked: readonly { readonly job: JobId }[] }): string[] =>
  picks.picked.map((one) => one.job);
const names = (prefix: string, count: number, vcpus = 1) =>
  Array.from({ length: count }, (_, i) => job(`${prefix}${i}`, vcpus));

t.test("every status of a job and of an array is reached, and the last ones are left by nothing", async (t) => {
  t.same([...reachableStatuses(JOB_MOVES, "SUBMITTED")].sort(), Object.keys(JOB_MOVES).sort());
  t.same([...reachableStatuses(ARRAY_MOVES, "SUBMITTED")].sort(), Object.keys(ARRAY_MOVES).sort());
  t.same(terminalStatuses(JOB_MOVES), ["SUCCEEDED", "FAILED"]);
  t.same(terminalStatuses(ARRAY_MOVES), ["SUCCEEDED", "FAILED"]);
  const order = Object.keys(JOB_MOVES);
  const backward = Object.entries(JOB_MOVES).flatMap(([from, moves]) =>
    Object.entries(moves).flatMap(([event, to]) => (order.indexOf(to) < order.indexOf(from) ? event : [])),
  );
  t.same([...new Set(backward)].sort(), ["attemptFailed", "hostLost"], "backward only into a new attempt");
});

t.test("a job is tried again by the first rule that applies, and without one as long as it has attempts", async (t) => {
  const rules: ExitRule[] = [
    { onExitCode: "1*", onReason: "Out*", action: "exit" },
    { onStatusReason: "Host EC2*", action: "Retry" },
    { onExitCode: "7", action: "EXIT" },
    { onStatusReason: "*", onExitCode: "9", action: "RETRY" },
    { onExitCode: "9", action: "EXIT" },
  ];
  const strategy = { attempts: 3, evaluateOnExit: rules };
  const end = (exitCode: number | undefined, reason?: string, statusReason = "Essential container in task exited") =>
    judgeEnd(strategy, 1, { statusReason, ...(exitCode !== undefined && { exitCode }), ...(reason && { reason }) });
  t.equal(end(0), "SUCCEEDED");
  t.equal(end(137, "OutOfMemoryError: …"), "FAILED", "both match, whatever the case of its action");
  t.equal(end(137), "RETRY", "one of two does not match");
  t.equal(end(undefined, undefined, "Host EC2 (instance i-1) terminated."), "RETRY");
  t.equal(end(7), "FAILED");
  t.equal(end(77), "RETRY", "literal without a star");
  t.equal(end(9), "RETRY", "the first one decides");
  t.equal(end(42), "RETRY", "no rule applies");
  const others: ExitRule[] = [
    { onExitCode: "*", action: "RETRY" },
    { onReason: "*", action: "EXIT" },
  ];
  const last = (exitCode?: number) =>
    judgeEnd({ attempts: 3, evaluateOnExit: others }, 1, {
      statusReason: "",
      ...(exitCode !== undefined && { exitCode }),
    });
  t.equal(last(3), "RETRY");
  t.equal(last(), "FAILED", "a star matches the reason that is not there, not the exit code");
  t.equal(judgeEnd(strategy, 3, { statusReason: "", exitCode: 42 }), "FAILED", "no attempt is left");
  t.equal(judgeEnd({ attempts: 1, evaluateOnExit: [] }, 1, { statusReason: "", exitCode: 0 }), "SUCCEEDED");
});

t.test("children are read out of four bits each", async (t) => {
  const children = { size: 5, bits: Uint8Array.from([0x25, 0x60]), isOpen: true, isEach: false, isCut: false };
  const statuses = (some: typeof children): JobStatus[] => [0, 1, 2, 3, 4].map((index) => childStatus(some, index));
  t.same(statuses(children), ["RUNNABLE", "SUCCEEDED", "FAILED", "RUNNABLE", "RUNNABLE"]);
  t.same(statuses({ ...children, isOpen: false }).slice(3), ["PENDING", "PENDING"]);
  t.same(statuses({ ...children, isEach: true }).slice(3), ["PENDING", "PENDING"]);
  t.same(statuses({ ...children, isCut: true }).slice(3), ["FAILED", "FAILED"]);
  t.same(childrenOf(children, "RUNNABLE", 1, 1), [3]);
  t.same(childrenOf(children, undefined, 2, 9), [2, 3, 4]);
});

t.test("the task of an attempt is always the same, and no other attempt's", async (t) => {
  t.match(taskOfAttempt("a" as JobId, 1), /^[0-9a-f]{32}$/);
  t.equal(taskOfAttempt("a" as JobId, 1), taskOfAttempt("a" as JobId, 1));
  t.not(taskOfAttempt("a" as JobId, 1), taskOfAttempt("a" as JobId, 2));
});

t.test("a queue without a policy starts its jobs in their order, as many as fit", async (t) => {
  const picks = pickJobs([queue("q", [share(names("j", 5))])], [host("h1", 2), host("h2", 1)]);
  t.same(ids(picks), ["j0", "j1", "j2"]);
  t.match(picks.waiting, [
    { job: "j3", reason: { code: "CAPACITY:INSUFFICIENT_INSTANCE_CAPACITY", text: /needs 1 vCPU.*h1 has 0 vCPU/ } },
  ]);
  t.equal(picks.isShort, false);
});

t.test("a job larger than any host is set aside with the figures, and holds up nobody", async (t) => {
  const picks = pickJobs([queue("q", [share([job("big", 8), job("small")])])], [host("h1", 2), host("h2", 2, 0)]);
  t.match(picks.aside, [
    {
      job: "big",
      reason: { code: "MISCONFIGURATION:JOB_RESOURCE_REQUIREMENT", text: /needs 8 vCPU and 1 MiB.*h1 has 2 vCPU/ },
    },
  ]);
  t.same(ids(picks), ["small"]);
});

t.test("a job that only waits holds up those behind it, unless its queue has backfill", async (t) => {
  const line = share([job("large", 2), job("small")]);
  const hosts = [host("h1", 2, 1)];
  const strict = pickJobs([queue("q", [line])], hosts);
  t.same(ids(strict), []);
  t.match(strict.waiting, [{ job: "large" }]);
  t.same(ids(pickJobs([queue("q", [line], { backfill: true })], hosts)), ["small"]);
});

t.test("a waiting job keeps the hosts that could hold it from queues of lower priority", async (t) => {
  const high = queue("high", [share([job("large", 2)])], { priority: 9 });
  const low = queue("low", [share(names("l", 2))]);
  const picks = pickJobs([low, high], [host("h1", 2, 1), host("h2", 1)]);
  t.same(
    picks.picked.map((one) => [one.job, one.host]),
    [["l0", "h2"]],
    "a host that could not hold it is free for all",
  );
  t.match(picks.waiting.at(-1), { job: "l1", reason: { text: /h1 has 1 vCPU.* kept for a queue of higher priority/ } });
});

t.test("what is switched off starts nothing and says so; without hosts a job waits", async (t) => {
  const line = [share([job("a")])];
  const off = [{ id: ENVIRONMENT, isEnabled: false, hosts: ["h1" as HostId] }];
  const codes = (view: QueueView, hosts: readonly HostCapacity[]) => {
    const picks = pickJobs([view], hosts);
    t.same(ids(picks), []);
    return picks.waiting.map(({ reason }) => reason.code);
  };
  t.same(codes(queue("q", line, { isEnabled: false }), [host("h1", 1)]), ["JOB_QUEUE:DISABLED"]);
  t.same(codes(queue("q", line, { environments: off }), [host("h1", 1)]), [
    "MISCONFIGURATION:COMPUTE_ENVIRONMENT_DISABLED",
  ]);
  t.equal(
    pickJobs([queue("q", line, { environments: off })], [host("h1", 1)]).waiting[0]?.reason.text,
    "Every environment of the queue is DISABLED: env.",
  );
  t.same(codes(queue("q", line), []), ["CAPACITY:INSUFFICIENT_INSTANCE_CAPACITY"]);
  t.same(codes(queue("q", line), [host("h1", 1, 1, { isOpen: false })]), ["CAPACITY:INSUFFICIENT_INSTANCE_CAPACITY"]);
});

t.test("shares get what their weights say: a third of the factor, three times as much", async (t) => {
  const fair = {
    shareDecaySeconds: 0,
    computeReservation: 0,
    weights: [
      { share: "light", weightFactor: 3 },
      { share: "heavy*", weightFactor: 1 },
    ],
  };
  const shares = [share(names("h", 60), { share: "heavy1" }), share(names("l", 60), { share: "light" })];
  const started = ids(pickJobs([queue("q", shares, { fair })], [host("h1", 40)]));
  t.equal(started.filter((id) => id.startsWith("h")).length, 30);
});

t.test("a weight is its share's own, then the longest prefix's, then 1; past use fades", async (t) => {
  const weights = ["a*", "ab*", "abc"].map((one, i) => ({ share: one, weightFactor: i + 2 }));
  const fair = { shareDecaySeconds: 0, computeReservation: 0, weights };
  t.same(
    ["abc", "abcd", "ac", "b"].map((one) => weightOf(fair, one)),
    [4, 3, 2, 1],
  );
  t.equal(faded(100, 0, 600), 100);
  t.ok(faded(100, 600_000, 600) < 37);
});

t.test("a reservation keeps room for shares that are not in use", async (t) => {
  const fair = { shareDecaySeconds: 0, computeReservation: 50, weights: [] };
  const one = pickJobs([queue("q", [share(names("j", 9))], { fair })], [host("h1", 8)]);
  t.same(ids(one).length, 4, "half of it for one share");
  t.match(one.waiting, [{ reason: { code: "CAPACITY:COMPUTE_RESERVATION", text: /hold 4 of the 4/ } }]);
  const two = [share(names("a", 9), { share: "a" }), share(names("b", 9), { share: "b" })];
  t.same(ids(pickJobs([queue("q", two, { fair })], [host("h1", 8)])).length, 6, "a quarter is kept from two");
});

t.test("where a share's first jobs are used up while there is room, the next look decides", async (t) => {
  const shares = [share(names("a", 1), { share: "a", hasMore: true }), share(names("b", 5), { share: "b" })];
  const picks = pickJobs(
    [queue("q", shares), queue("later", [share(names("x", 1))], { priority: 0 })],
    [host("h1", 9)],
  );
  t.same(ids(picks), ["a0", "b0"], "nobody goes before who is not in view");
  t.ok(picks.isShort);
});

const jobsArb = fc.array(
  fc.record({ vcpus: fc.integer({ min: 1, max: 6 }), memory: fc.integer({ min: 1, max: 900 }) }),
  {
    maxLength: 8,
  },
);
const hostsArb = fc.array(
  fc.record({ vcpus: fc.integer({ min: 1, max: 5 }), used: fc.integer({ min: 0, max: 5 }), isOpen: fc.boolean() }),
  { maxLength: 3 },
);
const queuesArb = fc.array(
  fc.record({
    priority: fc.integer({ min: 0, max: 2 }),
    shares: fc.array(jobsArb, { minLength: 1, maxLength: 3 }),
    isFair: fc.boolean(),
    backfill: fc.boolean(),
  }),
  { maxLength: 3 },
);

t.test(
  "whatever waits where: room is never exceeded, order and priority hold, and every wait has a reason",
  async () => {
    fc.assert(
      fc.property(hostsArb, queuesArb, (hostsAsked, queuesAsked) => {
        const hosts = hostsAsked.map(({ vcpus, used, isOpen }, i) =>
          host(`h${i + 1}`, vcpus, Math.max(0, vcpus - used), { isOpen }),
        );
        const weights = [{ share: "s0", weightFactor: 2 }];
        const fair = { shareDecaySeconds: 0, computeReservation: 0, weights };
        const queues = queuesAsked.map(({ priority, shares, isFair, backfill }, q) =>
          queue(
            `q${q}`,
            shares.map((jobs, s) =>
              share(
                jobs.map(({ vcpus, memory }, j) => job(`q${q}s${s}j${j}`, vcpus, memory)),
                { share: `s${s}` },
              ),
            ),
            { priority, backfill, ...(isFair && { fair }) },
          ),
        );
        const picks = pickJobs(queues, hosts);
        const all = new Map(
          queues.flatMap((one) => one.shares.flatMap(({ jobs }) => jobs.map((j) => [j.id, j] as const))),
        );
        const aside = new Set(picks.aside.map((one) => one.job));
        const picked = new Set(picks.picked.map((one) => one.job));

        for (const { id, free, isOpen } of hosts) {
          const here = picks.picked.filter((one) => one.host === id).map((one) => all.get(one.job)!.needs);
          const cpu = here.reduce((sum, one) => sum + one.cpuUnits, 0);
          const memory = here.reduce((sum, one) => sum + one.memoryMiB, 0);
          if (cpu > free.cpuUnits || memory > free.memoryMiB) throw new Error(`${id} holds more than it has`);
          if (!isOpen && here.length > 0) throw new Error(`${id} takes no tasks`);
        }
        for (const view of queues) {
          for (const one of view.shares) {
            const left = one.jobs.filter(({ id }) => !aside.has(id));
            const firstLeft = left.findIndex(({ id }) => !picked.has(id));
            if (!view.backfill && firstLeft >= 0 && left.slice(firstLeft).some(({ id }) => picked.has(id)))
              throw new Error(`a job of ${view.id} overtook`);
            if (firstLeft >= 0 && !picks.waiting.some((w) => w.queue === view.id && w.share === one.share))
              throw new Error(`nobody says why ${left[firstLeft]!.id} waits`);
            for (const { id, needs } of one.jobs) {
              const fitsNowhere =
                hosts.length > 0 &&
                hosts.every((h) => h.declared.cpuUnits < needs.cpuUnits || h.declared.memoryMiB < needs.memoryMiB);
              if (aside.has(id) && !fitsNowhere) throw new Error(`${id} was set aside`);
            }
          }
        }
        // A job of a strict queue that waits, and a host that could hold it: no lower queue has that host.
        for (const wait of picks.waiting) {
          const view = queues.find(({ id }) => id === wait.queue)!;
          if (view.backfill || wait.reason.text.includes("behind")) continue;
          const { needs } = all.get(wait.job)!;
          const lower = queues.filter(({ priority }) => priority < view.priority).map(({ id }) => id);
          for (const pick of picks.picked.filter((one) => lower.includes(one.queue))) {
            const { declared } = hosts.find(({ id }) => id === pick.host)!;
            if (declared.cpuUnits >= needs.cpuUnits && declared.memoryMiB >= needs.memoryMiB)
              throw new Error(`${pick.job} took what ${wait.job} waits for`);
          }
        }
      }),
      { numRuns: 400 },
    );
  },
);

t.test("under fair share no share starves, however much the others submit", async () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 2, maxLength: 5 }),
      fc.integer({ min: 1, max: 3 }),
      (factors, vcpus) => {
        const weights = factors.map((weightFactor, i) => ({ share: `s${i}`, weightFactor }));
        const fair = { shareDecaySeconds: 0, computeReservation: 0, weights };
        const had = factors.map(() => 0);
        // All submit without end; every round the last round's jobs have ended.
        for (let round = 0; round < 60; round += 1) {
          const shares = factors.map((_, i) =>
            share(names(`s${i}r${round}n`, 4, vcpus), { share: `s${i}`, pastCpu: had[i]! * 1024 }),
          );
          for (const id of ids(pickJobs([queue("q", shares, { fair })], [host("h1", 3)])))
            had[Number(id.slice(1, 2))]! += vcpus;
        }
        const perWeight = had.map((cpu, i) => cpu * factors[i]!);
        // Nobody is further behind than one job of the dearest share costs.
        const spread = Math.max(...perWeight) - Math.min(...perWeight);
        if (spread > 2 * vcpus * Math.max(...factors)) throw new Error(`${had} for ${factors}`);
      },
    ),
    { numRuns: 60 },
  );
});
