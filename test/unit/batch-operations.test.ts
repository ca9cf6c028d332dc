import t, { type Test } from "tap";
import { toEventBridge } from "../../src/app/state-events.ts";
import { aBatchWorld } from "../support/batch-world.ts";

const REGION = "us-east-1";
const arn = (rest: string) => `arn:aws:batch:${REGION}:000000000000:${rest}`;

const refused = async (t: Test, call: Promise<unknown>, words: RegExp | string): Promise<void> => {
  await t.rejects(call, { code: "ClientException", message: words });
};

t.test("Batch's operations over the real stores", async (t) => {
  const world = await aBatchWorld(t);
  const { call } = world;
  await world.define("job");

  await t.test("an environment and a queue are there from the start, once", async (t) => {
    await world.wing.ensureDefaults({ account: "000000000000", region: REGION });
    const { computeEnvironments } = await call("DescribeComputeEnvironments", {});
    t.match(computeEnvironments, [
      {
        computeEnvironmentName: "default",
        computeEnvironmentArn: arn("compute-environment/default"),
        type: "UNMANAGED",
        state: "ENABLED",
        status: "VALID",
        ecsClusterArn: "arn:aws:ecs:us-east-1:000000000000:cluster/default",
      },
    ]);
    const { jobQueues } = await call("DescribeJobQueues", { jobQueues: [arn("job-queue/default")] });
    t.match(jobQueues, [
      {
        jobQueueName: "default",
        state: "ENABLED",
        status: "VALID",
        priority: 1,
        computeEnvironmentOrder: [{ order: 1, computeEnvironment: arn("compute-environment/default") }],
      },
    ]);
    t.same((await call("DescribeJobQueues", {}, { region: "eu-west-1" })).jobQueues, [], "regions stand apart");
  });

  await t.test("environments are UNMANAGED, over a cluster that a tag names", async (t) => {
    const name = { computeEnvironmentName: "blue" };
    await refused(t, call("CreateComputeEnvironment", { ...name, type: "MANAGED" }), /MANAGED are refused/);
    await refused(
      t,
      call("CreateComputeEnvironment", {
        ...name,
        type: "MANAGED",
        computeResources: { type: "SPOT", maxvCpus: 1, subnets: [] },
      }),
      /MANAGED \(SPOT\)/,
    );
    const tags = { "berth:cluster": "blue-hosts" };
    await call("CreateComputeEnvironment", { ...name, type: "UNMANAGED", unmanagedvCpus: 8, tags });
    await refused(t, call("CreateComputeEnvironment", { ...name, type: "UNMANAGED" }), "Object already exists");
    const cluster = async () => {
      const { computeEnvironments = [] } = await call("DescribeComputeEnvironments", { computeEnvironments: ["blue"] });
      return computeEnvironments[0]?.ecsClusterArn?.split("/")[1];
    };
    t.equal(await cluster(), "blue-hosts");
    const resourceArn = arn("compute-environment/blue");
    await call("TagResource", { resourceArn, tags: { "berth:cluster": "other" } });
    t.equal(await cluster(), "other", "a tag that changes moves it");
    await call("UntagResource", { resourceArn, tagKeys: ["berth:cluster"] });
    t.equal(await cluster(), "default");
    await refused(t, call("TagResource", { resourceArn, tags: { "berth:cluster": "a b" } }), /name of an ECS cluster/);
  });

  await t.test("a queue is disabled before it is deleted, and an environment is free of queues", async (t) => {
    await refused(
      t,
      call("CreateJobQueue", { jobQueueName: "q", priority: 1, computeEnvironmentOrder: [] }),
      /1 to 3 entries/,
    );
    await refused(
      t,
      call("CreateJobQueue", {
        jobQueueName: "q",
        priority: 1,
        computeEnvironmentOrder: [{ order: 1, computeEnvironment: "nobody" }],
      }),
      "Compute environment nobody does not exist.",
    );
    await call("CreateJobQueue", {
      jobQueueName: "q",
      priority: 5,
      computeEnvironmentOrder: [
        { order: 20, computeEnvironment: "default" },
        { order: 10, computeEnvironment: arn("compute-environment/blue") },
      ],
    });
    const [queue] = (await call("DescribeJobQueues", { jobQueues: ["q"] })).jobQueues ?? [];
    t.match(queue?.computeEnvironmentOrder, [
      { order: 10, computeEnvironment: arn("compute-environment/blue") },
      { order: 20, computeEnvironment: arn("compute-environment/default") },
    ]);
    await refused(t, call("DeleteComputeEnvironment", { computeEnvironment: "blue" }), /ENABLED state/);
    await call("UpdateComputeEnvironment", { computeEnvironment: "blue", state: "DISABLED" });
    await refused(
      t,
      call("DeleteComputeEnvironment", { computeEnvironment: "blue" }),
      "Cannot delete, found existing JobQueue relationship",
    );
    await refused(t, call("DeleteJobQueue", { jobQueue: "q" }), /ENABLED state/);
    await call("UpdateJobQueue", { jobQueue: "q", state: "DISABLED", priority: 7 });
    await refused(t, world.submit({ jobQueue: "q" }), /not in ENABLED state/);
    await call("DeleteJobQueue", { jobQueue: "q" });
    await call("DeleteJobQueue", { jobQueue: "q" });
    await call("DeleteComputeEnvironment", { computeEnvironment: "blue" });
    t.same((await call("DescribeJobQueues", { jobQueues: ["q"] })).jobQueues, []);
  });

  await t.test("a deleted queue ends its jobs", async (t) => {
    const computeEnvironmentOrder = [{ order: 1, computeEnvironment: "default" }];
    await call("CreateJobQueue", { jobQueueName: "gone", priority: 1, computeEnvironmentOrder });
    const id = await world.submit({ jobQueue: "gone" });
    await call("UpdateJobQueue", { jobQueue: "gone", state: "DISABLED" });
    await call("DeleteJobQueue", { jobQueue: "gone" });
    t.match(await world.describe(id), [{ status: "FAILED", statusReason: "Job queue was deleted" }]);
  });

  await t.test("a scheduling policy can be replaced, and not deleted while a queue has it", async (t) => {
    const { arn: policyArn = "" } = await call("CreateSchedulingPolicy", {
      name: "fair",
      fairsharePolicy: { shareDecaySeconds: 60, shareDistribution: [{ shareIdentifier: "a*", weightFactor: 0.5 }] },
    });
    t.equal(policyArn, arn("scheduling-policy/fair"));
    const { schedulingPolicies } = await call("DescribeSchedulingPolicies", { arns: [policyArn] });
    t.match(schedulingPolicies, [
      {
        name: "fair",
        fairsharePolicy: {
          shareDecaySeconds: 60,
          computeReservation: 0,
          shareDistribution: [{ shareIdentifier: "a*", weightFactor: 0.5 }],
        },
      },
    ]);
    t.same((await call("ListSchedulingPolicies", {})).schedulingPolicies, [{ arn: policyArn }]);
    const computeEnvironmentOrder = [{ order: 1, computeEnvironment: "default" }];
    await call("CreateJobQueue", {
      jobQueueName: "shared",
      priority: 1,
      schedulingPolicyArn: policyArn,
      computeEnvironmentOrder,
    });
    await refused(t, call("DeleteSchedulingPolicy", { arn: policyArn }), /found existing JobQueue relationship/);
    await refused(t, world.submit({ jobQueue: "shared" }), "shareIdentifier must be specified.");
    const id = await world.submit({ jobQueue: "shared", shareIdentifier: "abc", schedulingPriorityOverride: 4 });
    t.match(await world.describe(id), [{ shareIdentifier: "abc", schedulingPriority: 4 }]);
    await refused(t, world.submit({ shareIdentifier: "abc" }), /cannot be specified/);
    await call("CreateJobQueue", { jobQueueName: "in-order", priority: 1, computeEnvironmentOrder });
    const first = await world.submit({ jobQueue: "in-order" });
    const second = await world.submit({ jobQueue: "in-order", schedulingPriorityOverride: 4 });
    const { frontOfQueue } = await call("GetJobQueueSnapshot", { jobQueue: "in-order" });
    t.same(
      frontOfQueue?.jobs?.map(({ jobArn }) => jobArn?.split("/").at(-1)),
      [first, second],
      "without a policy a priority overtakes nobody",
    );
    await refused(
      t,
      call("UpdateJobQueue", { jobQueue: "default", schedulingPolicyArn: policyArn }),
      /without a scheduling policy/,
    );
  });

  await t.test("definitions have revisions; INACTIVE ones take no jobs", async (t) => {
    t.match(await world.define("rev", { tags: { a: "1" } }), {
      revision: 1,
      jobDefinitionArn: arn("job-definition/rev:1"),
    });
    t.match(await world.define("rev", { retryStrategy: { attempts: 3 } }), { revision: 2 });
    const revisions = async (status?: string) => {
      const page = await call("DescribeJobDefinitions", { jobDefinitionName: "rev", ...(status && { status }) });
      return page.jobDefinitions?.map(({ revision }) => revision);
    };
    t.same(await revisions(), [2, 1]);
    await call("DeregisterJobDefinition", { jobDefinition: "rev:2" });
    t.same(await revisions("ACTIVE"), [1]);
    t.same(await revisions("INACTIVE"), [2]);
    t.match(await world.describe(await world.submit({ jobDefinition: "rev" })), [
      { jobDefinition: arn("job-definition/rev:1") },
    ]);
    await refused(
      t,
      world.submit({ jobDefinition: "rev:2" }),
      "JobDefinition rev:2 does not exist or is not in ACTIVE status",
    );
    await refused(
      t,
      world.submit({ jobDefinition: "none" }),
      "JobDefinition name none does not exist or is not in ACTIVE status",
    );
    await refused(t, call("DeregisterJobDefinition", { jobDefinition: "rev" }), /has a revision/);
    t.match((await call("DescribeJobDefinitions", { jobDefinitions: ["rev:1", "rev:9"] })).jobDefinitions, [
      { revision: 1, type: "container", tags: { a: "1" }, containerProperties: { image: "busybox" } },
    ]);
    const first = await call("DescribeJobDefinitions", { jobDefinitionName: "rev", maxResults: 1 });
    t.match(first.jobDefinitions, [{ revision: 2 }]);
    const second = await call("DescribeJobDefinitions", { jobDefinitionName: "rev", nextToken: first.nextToken });
    t.match(second, { jobDefinitions: [{ revision: 1 }], nextToken: undefined });
  });

  await t.test("a job is described as it was submitted", async (t) => {
    const id = await world.submit({
      jobName: "described",
      containerOverrides: { command: ["echo", "Ref::what"], environment: [{ name: "A", value: "b" }] },
      parameters: { what: "hello" },
      retryStrategy: { attempts: 2, evaluateOnExit: [{ onExitCode: "1", action: "exit" as "EXIT" }] },
      timeout: { attemptDurationSeconds: 60 },
      tags: { team: "blue" },
    });
    t.match(await world.describe(id, "nobody"), [
      {
        jobId: id,
        jobArn: arn(`job/${id}`),
        jobName: "described",
        jobQueue: arn("job-queue/default"),
        jobDefinition: arn("job-definition/job:1"),
        status: "RUNNABLE",
        attempts: [],
        retryStrategy: { attempts: 2, evaluateOnExit: [{ onExitCode: "1", action: "EXIT" }] },
        timeout: { attemptDurationSeconds: 60 },
        container: { command: ["echo", "hello"], environment: [{ name: "A", value: "b" }] },
        createdAt: Number,
        tags: { team: "blue" },
        isCancelled: false,
        isTerminated: false,
      },
    ]);
    await call("TagResource", { resourceArn: arn(`job/${id}`), tags: { cost: "1" } });
    t.same((await call("ListTagsForResource", { resourceArn: arn(`job/${id}`) })).tags, { team: "blue", cost: "1" });
    t.same(await call("DescribeJobs", { jobs: [id] }, { region: "eu-west-1" }), { jobs: [] }, "another region's");
  });

  await t.test("the same Idempotency-Key is the same job, whatever became of its queue", async (t) => {
    const computeEnvironmentOrder = [{ order: 1, computeEnvironment: "default" }];
    await call("CreateJobQueue", { jobQueueName: "once", priority: 1, computeEnvironmentOrder });
    await world.define("once");
    const submit = (idempotencyKey: string, changes = {}) =>
      world.submit({ jobQueue: "once", jobDefinition: "once", ...changes }, { idempotencyKey });
    const id = await submit("k1");
    t.equal(await submit("k1"), id);
    t.not(await submit("k2"), id);
    await refused(t, submit("k1", { jobName: "other" }), /used before with other parameters/);
    await call("DeregisterJobDefinition", { jobDefinition: "once:1" });
    await call("UpdateJobQueue", { jobQueue: "once", state: "DISABLED" });
    t.equal(await submit("k1"), id);
    await refused(t, submit("k3"), /not in ENABLED state/);
    await refused(t, submit("no spaces"), /visible characters/);
  });

  await t.test("a job has of its host what berth.yaml allows, and no more", async (t) => {
    const run = async (name: string, changes: object): Promise<string> => {
      const size = [
        { type: "VCPU" as const, value: "1" },
        { type: "MEMORY" as const, value: "64" },
      ];
      await world.define(name, { containerProperties: { image: "busybox", resourceRequirements: size, ...changes } });
      return world.submit({ jobDefinition: name });
    };
    const mount = (sourcePath: string) => ({ volumes: [{ name: "data", host: { sourcePath } }] });
    t.ok(await run("allowed", mount("/srv/data")));
    await refused(t, run("etc", mount("/etc")), /host path \/etc.*allow\.hostPaths/);
    await refused(t, run("around", mount("/srv/../etc")), /allow\.hostPaths/);
    await refused(t, run("root", { privileged: true }), /'privileged'.*allow\.privileged/);
    await refused(t, run("disk", { linuxParameters: { devices: [{ hostPath: "/dev/sda" }] } }), /'devices'.*allow/);
  });

  await t.test("jobs wait for each other, and end together", async (t) => {
    const first = await world.submit();
    const second = await world.submit({ dependsOn: [{ jobId: first }] });
    t.match(await world.describe(second), [{ status: "PENDING", dependsOn: [{ jobId: first }] }]);
    await refused(t, world.submit({ dependsOn: [{ jobId: "none" }] }), /Job none.*does not exist/);
    await call("TerminateJob", { jobId: first, reason: "enough" });
    t.match(await world.describe(first), [{ status: "FAILED", statusReason: "enough", isTerminated: true }]);
  });

  await t.test("an array counts its children, and lists them", async (t) => {
    const array = await world.submit({ arrayProperties: { size: 3 } });
    t.match(await world.describe(array, `${array}:1`), [
      { status: "PENDING", arrayProperties: { size: 3, statusSummary: { RUNNABLE: 3, SUCCEEDED: 0 } } },
      { jobId: `${array}:1`, status: "RUNNABLE", arrayProperties: { index: 1 } },
    ]);
    const { jobSummaryList } = await call("ListJobs", { arrayJobId: array, jobStatus: "RUNNABLE" });
    t.match(jobSummaryList?.map(({ jobId }) => jobId).sort(), [`${array}:0`, `${array}:1`, `${array}:2`]);
    await refused(
      t,
      world.submit({ arrayProperties: { size: 4 }, dependsOn: [{ jobId: array, type: "N_TO_N" }] }),
      /same size/,
    );
    await call("TerminateJob", { jobId: `${array}:1`, reason: "this one" });
    t.match(await world.describe(array, `${array}:1`), [
      { status: "PENDING", arrayProperties: { statusSummary: { RUNNABLE: 2, FAILED: 1 } } },
      { status: "FAILED", statusReason: "this one" },
    ]);
    await call("CancelJob", { jobId: array, reason: "all of it" });
    t.match(await world.describe(array), [
      { status: "FAILED", isCancelled: true, arrayProperties: { statusSummary: { FAILED: 3 } } },
    ]);
  });

  await t.test("several jobs are cancelled at once, and each unknown one is told", async (t) => {
    const [one, two] = [await world.submit(), await world.submit()];
    const answer = await call("CancelJobs", { jobs: [one, "nobody", arn(`job/${two}`)], reason: "no more" });
    t.match(answer, {
      successful: [one, arn(`job/${two}`)],
      errors: [{ job: "nobody", code: "ClientException", message: "Job nobody does not exist." }],
    });
    t.match(await world.describe(one, two), [
      { status: "FAILED", statusReason: "no more", isCancelled: true, isTerminated: false },
      { status: "FAILED", statusReason: "no more", isCancelled: true },
    ]);
    await refused(t, call("CancelJob", { jobId: "nobody", reason: "x" }), "Job nobody does not exist.");
    await refused(t, call("TerminateJob", { jobId: one, reason: "" }), /reason has/);
  });

  await t.test("jobs are listed by status and by filters, page by page", async (t) => {
    const computeEnvironmentOrder = [{ order: 1, computeEnvironment: "default" }];
    await call("CreateJobQueue", { jobQueueName: "listed", priority: 1, computeEnvironmentOrder });
    await world.define("other");
    const ids: string[] = [];
    for (const index of [0, 1, 2, 3, 4]) {
      await world.clock.advance(1_000);
      const jobDefinition = index % 2 === 0 ? "job" : "other";
      ids.push(await world.submit({ jobQueue: "listed", jobName: `Name${index}`, jobDefinition }));
    }
    await call("TerminateJob", { jobId: ids[3]!, reason: "done" });
    const list = async (input: object): Promise<string[]> => {
      const seen: string[] = [];
      for (let nextToken: string | undefined; ; ) {
        const page = await call("ListJobs", { jobQueue: "listed", ...input, ...(nextToken && { nextToken }) });
        seen.push(...(page.jobSummaryList ?? []).map(({ jobName = "" }) => jobName));
        nextToken = page.nextToken;
        if (nextToken === undefined) return seen;
      }
    };
    t.same(await list({}), [], "RUNNING where no status is asked");
    t.same(await list({ jobStatus: "RUNNABLE", maxResults: 1 }), ["Name4", "Name2", "Name1", "Name0"]);
    t.same(await list({ jobStatus: "FAILED" }), ["Name3"]);
    const filter = (name: string, ...values: string[]) => ({ filters: [{ name, values }] });
    t.same(await list({ ...filter("JOB_NAME", "name*"), maxResults: 2 }), [
      "Name4",
      "Name3",
      "Name2",
      "Name1",
      "Name0",
    ]);
    t.same(await list(filter("JOB_NAME", "NAME3")), ["Name3"]);
    t.same(await list(filter("JOB_DEFINITION", "other")), ["Name3", "Name1"]);
    const [second] = await world.describe(ids[1]!);
    t.same(await list(filter("BEFORE_CREATED_AT", String(second?.createdAt))), ["Name0"]);
    t.same(await list({ ...filter("AFTER_CREATED_AT", String(second?.createdAt)), maxResults: 1 }), [
      "Name4",
      "Name3",
      "Name2",
    ]);
    await refused(t, call("ListJobs", {}), /One and only one of/);
    await refused(t, call("ListJobs", { jobQueue: "nowhere" }), "JobQueue nowhere not found.");
    const snapshot = await call("GetJobQueueSnapshot", { jobQueue: "listed" });
    t.same(
      snapshot.frontOfQueue?.jobs?.map(({ jobArn }) => jobArn),
      [0, 1, 2, 4].map((index) => arn(`job/${ids[index]}`)),
    );
  });

  await t.test("a change of status is an event in EventBridge's shape", async (t) => {
    const id = await world.submit({ jobName: "told" });
    const event = await world.wing.stateChangeEvent(id, Date.UTC(2026, 10, 24, 12, 0, 0, 500));
    t.match(event, {
      "detail-type": "Batch Job State Change",
      source: "aws.batch",
      account: "000000000000",
      region: REGION,
      time: "2026-11-24T12:00:00Z",
      resources: [arn(`job/${id}`)],
      detail: { jobId: id, jobName: "told", status: "RUNNABLE", attempts: [] },
    });
    t.equal((await world.wing.stateChangeEvent(id, 0))?.id, event?.id, "told twice, it is the same event");
    t.equal(await world.wing.stateChangeEvent("nobody", 0), undefined);
    // What the feed tells of a job is an event where it tells of its status, and only there.
    const unused = (): never => t.fail("a job was taken for a task") as never;
    const toEvent = toEventBridge({
      fleet: { tasks: unused, hosts: unused },
      jobEvent: world.wing.stateChangeEvent,
      serviceEvents: unused,
    });
    const change = (verb: string) => ({ id: "1-0", kind: "job", subject: id, verb, at: 1, facts: {} });
    t.match(await toEvent(change("ready")), [{ "detail-type": "Batch Job State Change" }]);
    t.strictSame(await toEvent(change("waits")), []);
    t.strictSame(await toEvent(change("tagged")), []);
  });

  await t.test("what is not Batch's has no tags here", async (t) => {
    await refused(
      t,
      call("ListTagsForResource", { resourceArn: "arn:aws:ecs:us-east-1:000000000000:cluster/x" }),
      /not an ARN/,
    );
    await refused(t, call("ListTagsForResource", { resourceArn: arn("job-queue/none") }), /does not exist/);
    await refused(
      t,
      call("TagResource", { resourceArn: arn("job-queue/default").replace(REGION, "eu-west-1"), tags: {} }),
      /does not exist/,
    );
  });
});
