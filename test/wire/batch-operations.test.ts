import {
  BatchClient,
  CreateComputeEnvironmentCommand,
  CreateSchedulingPolicyCommand,
  CreateServiceEnvironmentCommand,
  DescribeJobsCommand,
  DescribeSchedulingPoliciesCommand,
  ListJobsCommand,
  paginateDescribeJobDefinitions,
  paginateListJobs,
  RegisterJobDefinitionCommand,
  SubmitJobCommand,
  type SubmitJobCommandInput,
  TerminateJobCommand,
} from "@aws-sdk/client-batch";
import t from "tap";
import { batchRoutes } from "../../src/batch/index.ts";
import { docsPlugin } from "../../src/http/rest/docs.ts";
import { restPlugin } from "../../src/http/rest/plugin.ts";
import { makeServer } from "../../src/http/server.ts";
import { aBatchWorld } from "../support/batch-world.ts";
import { until } from "../support/until.ts";
import { aWire } from "./support/a-wire.ts";

const REGION = "us-east-1";
const ACCOUNT = "111122223333";
const SCOPE = { account: ACCOUNT, region: REGION };
const TOKEN = "the-token";

const SMALL = {
  image: "busybox",
  resourceRequirements: [
    { type: "VCPU" as const, value: "1" },
    { type: "MEMORY" as const, value: "64" },
  ],
};

t.test("Batch as AWS's own client meets it", async (t) => {
  const world = await aBatchWorld(t, { scope: SCOPE });
  const wire = await aWire(t, { services: [world.wing] });
  const client = new BatchClient({ ...wire.client, region: REGION });
  t.teardown(() => client.destroy());
  const submit = (changes: Partial<SubmitJobCommandInput> = {}) =>
    new SubmitJobCommand({ jobName: "j", jobQueue: "default", jobDefinition: "job", ...changes });

  await t.test("a job is registered, submitted, described and terminated", async (t) => {
    const registered = await client.send(
      new RegisterJobDefinitionCommand({ jobDefinitionName: "job", type: "container", containerProperties: SMALL }),
    );
    t.match(registered, {
      revision: 1,
      jobDefinitionArn: `arn:aws:batch:${REGION}:${ACCOUNT}:job-definition/job:1`,
    });
    const { jobId = "" } = await client.send(submit());
    const { jobs } = await client.send(new DescribeJobsCommand({ jobs: [jobId] }));
    t.match(jobs, [{ jobId, status: "RUNNABLE", container: { image: "busybox" } }]);
    await client.send(new TerminateJobCommand({ jobId, reason: "over" }));
    const { jobs: after } = await client.send(new DescribeJobsCommand({ jobs: [jobId] }));
    t.match(after, [{ status: "FAILED", statusReason: "over" }]);
  });

  await t.test("a submission that is sent again with its Idempotency-Key makes no second job", async (t) => {
    const once = (command: SubmitJobCommand): SubmitJobCommand => {
      command.middlewareStack.add(
        (next) => (args) => {
          (args.request as { headers: Record<string, string> }).headers["idempotency-key"] = "nightly-1";
          return next(args);
        },
        { step: "build" },
      );
      return command;
    };
    const first = await client.send(once(submit()));
    const second = await client.send(once(submit()));
    t.equal(second.jobId, first.jobId);
    await t.rejects(client.send(once(submit({ jobName: "other" }))), {
      name: "ClientException",
      message: /other parameters/,
      $metadata: { httpStatusCode: 400 },
    });
  });

  await t.test("the SDK's paginators see everything once", async (t) => {
    for (let index = 0; index < 4; index += 1) {
      await client.send(
        new RegisterJobDefinitionCommand({ jobDefinitionName: "paged", type: "container", containerProperties: SMALL }),
      );
      await client.send(submit({ jobName: `paged-${index}`, jobDefinition: "paged" }));
    }
    const revisions: (number | undefined)[] = [];
    const paged = { jobDefinitionName: "paged" };
    for await (const page of paginateDescribeJobDefinitions({ client, pageSize: 3 }, paged))
      revisions.push(...(page.jobDefinitions ?? []).map(({ revision }) => revision));
    t.same(revisions, [4, 3, 2, 1]);
    const names: (string | undefined)[] = [];
    const filters = [{ name: "JOB_NAME", values: ["paged-*"] }];
    for await (const page of paginateListJobs({ client, pageSize: 3 }, { jobQueue: "default", filters }))
      names.push(...(page.jobSummaryList ?? []).map(({ jobName }) => jobName));
    t.same(names, ["paged-3", "paged-2", "paged-1", "paged-0"]);
  });

  await t.test("a weight may be a fraction, a count may not", async (t) => {
    const fairsharePolicy = { shareDistribution: [{ shareIdentifier: "a", weightFactor: 0.5 }] };
    const { arn = "" } = await client.send(new CreateSchedulingPolicyCommand({ name: "half", fairsharePolicy }));
    const { schedulingPolicies } = await client.send(new DescribeSchedulingPoliciesCommand({ arns: [arn] }));
    t.match(schedulingPolicies, [{ fairsharePolicy }]);
    await t.rejects(client.send(submit({ arrayProperties: { size: 2.5 } })), {
      name: "SerializationException",
      message: /'arrayProperties.size'/,
    });
    await t.rejects(client.send(new ListJobsCommand({ jobQueue: "default", maxResults: 1.5 })), {
      name: "SerializationException",
      message: /'maxResults'/,
    });
  });

  await t.test("errors have AWS's names and status, and what is not built says so", async (t) => {
    const managed = new CreateComputeEnvironmentCommand({ computeEnvironmentName: "m", type: "MANAGED" });
    await t.rejects(client.send(managed), {
      name: "ClientException",
      message: /MANAGED are refused/,
      $metadata: { httpStatusCode: 400 },
    });
    await t.rejects(
      client.send(
        new CreateServiceEnvironmentCommand({
          serviceEnvironmentName: "s",
          serviceEnvironmentType: "SAGEMAKER_TRAINING",
          capacityLimits: [],
        }),
      ),
      { message: /CreateServiceEnvironment/, $metadata: { httpStatusCode: 501 } },
    );
  });

  t.same(wire.logged, [], "nothing broke, and no answer strayed from AWS's model");
});

t.test("Batch in /api", async (t) => {
  const world = await aBatchWorld(t);
  const app = makeServer({ requestId: () => "request-1", bodyLimitBytes: 100_000 });
  t.teardown(() => app.close());
  const page = {
    services: [{ name: "batch", ...world.wing, routes: batchRoutes }],
    operations: world.wing.operations,
    version: "1.2.3",
  };
  const defaults = { account: "000000000000", region: REGION };
  await app.register(restPlugin, { ...page, prefix: "/api", apiToken: TOKEN, defaults });
  await app.register(docsPlugin, page);
  const ask = async (method: "GET" | "POST" | "PUT" | "DELETE", url: string, body?: object, headers: object = {}) => {
    const response = await app.inject({
      method,
      url: `/api/batch${url}`,
      headers: { authorization: `Bearer ${TOKEN}`, ...headers },
      ...(body && { payload: body }),
    });
    return { status: response.statusCode, json: response.payload && JSON.parse(response.payload) };
  };

  await t.test("every operation that is built is a resource, or asked by its name", async (t) => {
    t.match(
      await ask("POST", "/job-definitions", {
        jobDefinitionName: "job",
        type: "container",
        containerProperties: SMALL,
      }),
      {
        status: 201,
        json: { revision: 1 },
      },
    );
    const submission = { jobName: "j", jobQueue: "default", jobDefinition: "job" };
    const { status, json } = await ask("POST", "/jobs", submission, { "idempotency-key": "k" });
    t.equal(status, 201);
    t.equal((await ask("POST", "/jobs", submission, { "idempotency-key": "k" })).json.jobId, json.jobId);
    t.match(await ask("GET", `/jobs/${json.jobId}`), { status: 200, json: { jobs: [{ status: "RUNNABLE" }] } });
    t.match(await ask("GET", "/jobs?jobQueue=default&jobStatus=RUNNABLE"), {
      json: { jobSummaryList: [{ jobId: json.jobId }] },
    });
    t.match(await ask("GET", "/job-queues/default/snapshot"), { status: 200, json: { frontOfQueue: { jobs: [{}] } } });
    t.match(await ask("GET", "/job-queues/default/counts"), { status: 200, json: { RUNNABLE: 1, SUCCEEDED: 0 } });
    t.match(await ask("GET", "/job-queues/nowhere/counts"), { status: 404 });
    t.match(await ask("GET", "/compute-environments"), { json: { computeEnvironments: [{ state: "ENABLED" }] } });
    t.match(await ask("POST", `/jobs/${json.jobId}/cancel`, { reason: "no" }), { status: 200 });
    t.match(await ask("GET", `/jobs/${json.jobId}`), { json: { jobs: [{ status: "FAILED", statusReason: "no" }] } });
  });

  await t.test("a job says why it waits: its place, and what it depends on", async (t) => {
    const first = await world.submit();
    const second = await world.submit();
    const third = await world.submit({ dependsOn: [{ jobId: first }] });
    t.match(await ask("GET", `/jobs/${second}/placement`), {
      status: 200,
      json: { jobId: second, status: "RUNNABLE", jobQueue: "default", position: 2, attempts: [] },
    });
    t.match(await ask("GET", `/jobs/${third}/placement`), {
      json: { status: "PENDING", dependencies: [{ jobId: first, type: "job", status: "RUNNABLE" }] },
    });
    t.match(await ask("GET", "/jobs/nobody/placement"), {
      status: 404,
      json: { error: { message: /does not exist/ } },
    });
    t.match(await ask("GET", `/jobs/${first}/logs?attempt=1`), {
      status: 400,
      json: { error: { message: /no attempt 1/ } },
    });
  });

  await t.test("a schedule submits its job each time it is due, until it is deleted", async (t) => {
    const job = { jobName: "nightly", jobQueue: "default", jobDefinition: "job" };
    const cron = { name: "nightly", expression: "rate(5 minutes)", job };
    t.match(await ask("POST", "/cron", { ...cron, expression: "rate(5)" }), {
      status: 400,
      json: { error: { message: /rate/ } },
    });
    t.match(await ask("POST", "/cron", { ...cron, job: { ...job, jobQueue: "none" } }), {
      status: 400,
      json: { error: { message: /none not found/ } },
    });
    t.match(
      await ask("POST", "/cron", { ...cron, job: { ...job, jobNmae: "x" } }),
      { status: 400 },
      "a misspelt member",
    );
    t.match(await ask("POST", "/cron", cron), {
      status: 201,
      json: { name: "nightly", nextDue: world.clock.now() + 300_000 },
    });
    t.match(await ask("POST", "/cron", cron), { status: 409, json: { error: { message: /exists already/ } } });
    await world.wing.keepCrons();
    const submitted = async (): Promise<string[]> => {
      const { json } = await ask("GET", "/jobs?jobQueue=default&jobStatus=RUNNABLE");
      return json.jobSummaryList
        .map(({ jobName }: { jobName: string }) => jobName)
        .filter((name: string) => name === "nightly");
    };
    const isDue = async (): Promise<void> => {
      await world.clock.advance(300_000);
      const due = world.clock.now();
      await until(
        "the schedule to have run",
        () => ask("GET", "/cron"),
        ({ json }) => json[0]?.last?.due === due,
      );
    };
    await isDue();
    t.equal((await submitted()).length, 1);
    await isDue();
    t.equal((await submitted()).length, 2);
    const { json: crons } = await ask("GET", "/cron");
    t.match(crons, [{ name: "nightly", last: { due: world.clock.now(), jobId: String } }]);
    t.match(await ask("DELETE", "/cron/nightly"), { status: 204 });
    t.match(await ask("DELETE", "/cron/nightly"), { status: 404 });
    await world.clock.advance(600_000);
    t.equal((await submitted()).length, 2);
  });
});
