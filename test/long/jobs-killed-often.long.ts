import t from "tap";
import type { HostView } from "../../src/fleet/model/host.ts";
import { LABEL } from "../../src/fleet/model/names.ts";
import { aBatchClient, hasEnded } from "../support/batch-client.ts";
import { aBerth } from "../support/berth.ts";
import { anEngine, type RealEngine } from "../support/engines.ts";
import { leavesNothing } from "../support/leaves-nothing.ts";
import { talliedJobs } from "../support/tallied-jobs.ts";
import { until } from "../support/until.ts";

const ALONE = 160;
const KILLS = 6;
const PATIENCE = { patienceMs: 300_000 };

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

const HELD_SECONDS = 20;
const SHORT_JOBS = 60;

t.test(
  "an engine killed among jobs: what ran there ends as its host's loss and goes on elsewhere if its strategy says so",
  async (t) => {
    const engines = [await anEngine(t, 1), await anEngine(t, 2), await anEngine(t, 3)];
    await Promise.all(engines.map((engine) => engine.start()));
    const [north] = engines as [RealEngine];
    const hosts = engines.map(
      ({ address }, i) => `  - { id: engine-${i + 1}, docker: "${address.docker}", cpu: 4096, memory: 512 }`,
    );
    const berth = await aBerth(t, { config: ["hostLostAfterSeconds: 3", "hosts:", ...hosts, ""].join("\n") });
    // Before the engines go, so that nothing is made on them meanwhile.
    t.teardown(() => berth.plane().kill());
    const { batch, describe, linesOf } = aBatchClient(t, berth);
    const define = async (jobDefinitionName: string, then: string, onHostLoss: "RETRY" | "EXIT") =>
      batch.registerJobDefinition({
        jobDefinitionName,
        type: "container",
        retryStrategy: {
          attempts: 3,
          evaluateOnExit: [
            { onStatusReason: "Host EC2*", action: onHostLoss },
            { onReason: "*", action: "EXIT" },
          ],
        },
        containerProperties: {
          image: "berth/busybox",
          command: ["sh", "-c", `echo "attempt $AWS_BATCH_JOB_ATTEMPT"; ${then}`],
          resourceRequirements: [
            { type: "VCPU", value: "1" },
            { type: "MEMORY", value: "32" },
          ],
        },
      });
    await define("retried", "sleep 1", "RETRY");
    await define("not-retried", "sleep 1", "EXIT");
    // Its first attempt is still under way when the engine is killed.
    await define("held", `test $AWS_BATCH_JOB_ATTEMPT != 1 || sleep ${HELD_SECONDS}`, "RETRY");
    await define("held-not-retried", `sleep ${HELD_SECONDS}`, "EXIT");
    const submit = async (jobDefinition: string, i: number) =>
      (await batch.submitJob({ jobName: `${jobDefinition}-${i}`, jobQueue: "default", jobDefinition })).jobId!;
    const held: string[] = [];
    const short: string[] = [];
    // Three pairs fill half of each host, in turn: each gets some of both.
    for (let i = 0; i < 3; i += 1) held.push(await submit("held", i));
    for (let i = 0; i < 3; i += 1) held.push(await submit("held-not-retried", i));
    for (let i = 0; i < SHORT_JOBS; i += 1) short.push(await submit(i % 2 === 0 ? "retried" : "not-retried", i));

    const hostsNow = () => berth.api<HostView[]>("/hosts");
    const lost = (await hostsNow()).find(({ id }) => id === "engine-1")!;
    const isThere = (container: { containerInstanceArn?: string | undefined } | undefined) =>
      container?.containerInstanceArn?.endsWith(lost.instanceId) === true;
    const heldThere = await until(
      "jobs of both kinds to run where the engine is killed",
      async () => (await describe(held)).filter(({ status, container }) => status === "RUNNING" && isThere(container)),
      (jobs) => new Set(jobs.map(({ jobDefinition }) => jobDefinition)).size === 2,
      PATIENCE,
    );
    await north.kill();
    const ended = await until(
      "all jobs to end",
      () => describe([...held, ...short]),
      (jobs) => jobs.length === held.length + short.length && jobs.every(hasEnded),
      PATIENCE,
    );

    const hostLoss = `Host EC2 (instance ${lost.ec2InstanceId}) terminated.`;
    const lostIds = ended.flatMap(({ jobId, attempts }) => (attempts?.[0]?.statusReason === hostLoss ? jobId! : []));
    for (const { jobId } of heldThere) t.ok(lostIds.includes(jobId!), "what ran there was lost");
    for (const { jobId, jobName, status, statusReason, attempts = [] } of ended) {
      const isLost = lostIds.includes(jobId!);
      const goesOn = isLost && !jobName!.includes("not-retried");
      const failed = isLost && !goesOn;
      t.equal(status, failed ? "FAILED" : "SUCCEEDED", jobName!);
      if (failed) t.equal(statusReason, hostLoss);
      t.strictSame(
        attempts.map(({ container }) => container?.exitCode),
        [...(isLost ? [undefined] : []), ...(failed ? [] : [0])],
        `each attempt of ${jobName} is on record once`,
      );
      if (isLost) t.ok(isThere(attempts[0]?.container));
      if (goesOn) t.notOk(isThere(attempts[1]?.container), "and it went on elsewhere");
      const lines = await linesOf(jobId!);
      // What the lost attempt printed last may not have come over.
      const whole = attempts.map((_, i) => `attempt ${i + 1}`);
      t.ok(
        [whole, ...(isLost ? [whole.slice(1)] : [])].some((all) => all.join() === lines.join()),
        `each attempt of ${jobName} ran once: ${lines.join(", ")}`,
      );
    }

    await north.start();
    const left = async () =>
      (
        await Promise.all(engines.map(({ engine }) => engine.list({ [LABEL.installation]: berth.installation })))
      ).flat();
    await until(
      "the lost attempts to be removed from the engine that came back",
      left,
      (containers) => containers.length === 0,
      PATIENCE,
    );
    t.strictSame(await describe([...held, ...short]), ended, "what became of them changes nothing on record");
    t.strictSame(await berth.api("/ledger"), { differences: [] });
    for (const { id, health, ledger, declared } of await hostsNow()) {
      t.equal(health, "CONNECTED", id);
      t.match(ledger, { free: declared, runningTasks: 0, pendingTasks: 0 }, `the account of ${id} is even`);
    }
  },
);
