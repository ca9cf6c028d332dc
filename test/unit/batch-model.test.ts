import type { ContainerProperties, RegisterJobDefinitionRequest } from "@aws-sdk/client-batch";
import fc from "fast-check";
import t from "tap";
import { readFilter } from "../../src/batch/model/job-filter.ts";
import { asJobSpec } from "../../src/batch/model/job-task.ts";
import { jobLogging, logStreamName } from "../../src/batch/model/log-stream.ts";
import { definitionReference } from "../../src/batch/model/names.ts";
import { pageToken, readPageToken } from "../../src/batch/model/page-token.ts";
import { substitute } from "../../src/batch/model/parameters.ts";
import { resolveJob } from "../../src/batch/model/resolve-job.ts";
import { checkTags } from "../../src/batch/model/tags.ts";
import { readRetryStrategy, readTimeout } from "../../src/batch/model/validate-attempts.ts";
import { readDefinition } from "../../src/batch/model/validate-definition.ts";
import { readFairShare } from "../../src/batch/model/validate-policy.ts";
import { checkSubmission, shareOf } from "../../src/batch/model/validate-submission.ts";

const SCOPE = { account: "000000000000", region: "us-east-1" };

const container = (changes: Partial<ContainerProperties> = {}): ContainerProperties => ({
  image: "busybox",
  resourceRequirements: [
    { type: "VCPU", value: "1" },
    { type: "MEMORY", value: "64" },
  ],
  ...changes,
});

const definition = (changes: Partial<RegisterJobDefinitionRequest> = {}): RegisterJobDefinitionRequest => ({
  jobDefinitionName: "job",
  type: "container",
  containerProperties: container(),
  ...changes,
});

const refusal = (act: () => unknown): string => {
  try {
    act();
  } catch (error) {
    return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  }
  return "";
};

t.test("a job definition says its size in one of two ways, and is kept in one", async (t) => {
  const old = readDefinition(definition({ containerProperties: { image: "busybox", vcpus: 2, memory: 128 } }), 60);
  t.match(old.members.containerProperties, {
    resourceRequirements: [
      { type: "VCPU", value: "2" },
      { type: "MEMORY", value: "128" },
    ],
  });
  t.notOk(old.members.containerProperties?.vcpus);
  const without = (requirements: ContainerProperties["resourceRequirements"]) =>
    refusal(() =>
      readDefinition(definition({ containerProperties: container({ resourceRequirements: requirements }) }), 60),
    );
  t.equal(
    without([{ type: "MEMORY", value: "64" }]),
    "ClientException: Error executing request, Exception : vCPU is not provided.",
  );
  t.match(without([{ type: "VCPU", value: "1" }]), /Memory is not provided/);
  t.match(without([{ type: "VCPU", value: "0.5" }]), /whole number, at least 1, but was 0.5/);
  t.match(without([{ type: "GPU", value: "1" }]), /GPU are refused/);
});

t.test("a job's output goes to Batch's own group, unless it says another one or only keeps it", async (t) => {
  const job = { logStreamPrefix: "job" };
  const optionsOf = (logConfiguration?: ContainerProperties["logConfiguration"]) =>
    jobLogging({ ...job, logConfiguration }, "eu-west-1")?.options;
  t.same(optionsOf(), {
    "awslogs-group": "/aws/batch/job",
    "awslogs-region": "eu-west-1",
    "awslogs-stream-prefix": "job",
    "awslogs-create-group": "true",
  });
  const own = { "awslogs-group": "/own", "awslogs-stream-prefix": "p" };
  t.same(optionsOf({ logDriver: "awslogs", options: own }), { ...own, "awslogs-region": "eu-west-1" });
  t.notOk(optionsOf({ logDriver: "json-file" }));
  const arn = "arn:aws:batch:us-east-1:000000000000:job-definition/job:3";
  t.equal(logStreamName(arn, job, "1f"), "job/default/1f");
  t.equal(logStreamName(arn, { logConfiguration: { logDriver: "awslogs", options: own } }, "1f"), "p/default/1f");
  t.equal(logStreamName(arn, { logConfiguration: { logDriver: "json-file" } }, "1f"), undefined);
});

t.test("a job's task says where its secrets are, and nothing else keeps them", async (t) => {
  const { members } = readDefinition(
    definition({
      containerProperties: container({
        secrets: [{ name: "PASSWORD", valueFrom: "/db/password" }],
        repositoryCredentials: { credentialsParameter: "registry" },
      }),
    }),
    60,
  );
  const job = resolveJob(members, { jobName: "j", jobQueue: "q", jobDefinition: "job" }, 60);
  t.match(asJobSpec(job.container, SCOPE, "default").containers[0], {
    secrets: [{ name: "PASSWORD", from: "/db/password" }],
    registrySecret: "registry",
  });
});

t.test("what nothing acts on is refused by its name, with the reason", async (t) => {
  const refused = (changes: Partial<ContainerProperties>) =>
    refusal(() => readDefinition(definition({ containerProperties: container(changes) }), 60));
  t.match(refused({ command: ["a".repeat(65_536)] }), /at most 65536 characters/);
  t.match(refused({ jobRoleArn: "arn:aws:iam::1:role/x" }), /jobRoleArn arn:aws:iam::1:role\/x is no role/);
  t.match(refused({ secrets: [{ name: "a", valueFrom: "arn:aws:s3:::b" }] }), /valueFrom 'arn:aws:s3:::b' is no ARN/);
  t.match(refused({ networkConfiguration: { assignPublicIp: "ENABLED" } }), /'networkConfiguration'.*not on Fargate/);
  t.match(refused({ volumes: [{ name: "v", efsVolumeConfiguration: { fileSystemId: "fs" } }] }), /EFS/);
  t.match(refused({ logConfiguration: { logDriver: "splunk" } }), /'logDriver' of logConfiguration/);
  t.match(
    refused({ logConfiguration: { logDriver: "awslogs", options: { "awslogs-datetime-format": "%H" } } }),
    /'awslogs-datetime-format' of logConfiguration/,
  );
  t.match(
    refusal(() => readDefinition(definition({ type: "multinode" }), 60)),
    /'type'.*multi-node/,
  );
  t.match(
    refusal(() => readDefinition(definition({ platformCapabilities: ["FARGATE"] }), 60)),
    /Fargate/,
  );
  t.match(
    refusal(() => readDefinition(definition({ eksProperties: { podProperties: { hostNetwork: true } } }), 60)),
    /Kubernetes/,
  );
  t.equal(
    refusal(() => readDefinition(definition({ platformCapabilities: ["EC2"] }), 60)),
    "",
  );
});

t.test("a retry strategy keeps to AWS's bounds, and its actions to capitals", async (t) => {
  t.same(readRetryStrategy({ attempts: 3, evaluateOnExit: [{ onExitCode: "1*", action: "exit" as "EXIT" }] }), {
    attempts: 3,
    evaluateOnExit: [{ onExitCode: "1*", action: "EXIT" }],
  });
  t.same(readRetryStrategy({}), { attempts: 1, evaluateOnExit: [] });
  t.match(
    refusal(() => readRetryStrategy({ attempts: 11 })),
    /between 1 and 10, but was 11/,
  );
  const entry = (onExitCode: string) => ({ onExitCode, action: "RETRY" as const });
  t.match(
    refusal(() => readRetryStrategy({ evaluateOnExit: [entry("1")] })),
    /attempts must be specified/,
  );
  t.match(
    refusal(() => readRetryStrategy({ attempts: 2, evaluateOnExit: [entry("*1")] })),
    /digits/,
  );
  t.match(
    refusal(() => readRetryStrategy({ attempts: 2, evaluateOnExit: Array(6).fill(entry("1")) })),
    /at most 5/,
  );
  t.match(
    refusal(() => readRetryStrategy({ attempts: 2, evaluateOnExit: [{ action: "EXIT" }] })),
    /at least/,
  );
  t.match(
    refusal(() => readTimeout({ attemptDurationSeconds: 59 }, 60)),
    /at least 60 seconds, but was 59/,
  );
});

t.test("parameters fill whole words of a command and leave what nobody gave", async (t) => {
  t.same(substitute(["a", "Ref::in", "xRef::in", "Ref::other"], { in: "Ref::in", toString: "t" }), [
    "a",
    "Ref::in",
    "xRef::in",
    "Ref::other",
  ]);
  t.same(substitute(["Ref::toString"], {}), ["Ref::toString"], "no name of JavaScript's own is a parameter");
  fc.assert(
    fc.property(fc.array(fc.string()), fc.dictionary(fc.string(), fc.string()), (command, parameters) => {
      const filled = substitute(command, parameters);
      return filled.every((word, index) => {
        const name = command[index]!.replace(/^Ref::/, "");
        return word === command[index] || (Object.hasOwn(parameters, name) && word === parameters[name]);
      });
    }),
  );
});

t.test("a job is its definition with what its submission says over it", async (t) => {
  const { members } = readDefinition(
    definition({
      parameters: { from: "a", to: "b" },
      retryStrategy: { attempts: 5 },
      timeout: { attemptDurationSeconds: 100 },
      schedulingPriority: 7,
      containerProperties: container({
        command: ["cp", "Ref::from", "Ref::to"],
        environment: [
          { name: "A", value: "1" },
          { name: "B", value: "2" },
        ],
      }),
    }),
    60,
  );
  const submit = { jobName: "j", jobQueue: "q", jobDefinition: "d" };
  t.match(resolveJob(members, submit, 60), {
    container: { command: ["cp", "a", "b"], vcpus: 1, memoryMiB: 64 },
    retry: { attempts: 5, evaluateOnExit: [] },
    timeoutSeconds: 100,
    schedulingPriority: 7,
  });
  const over = resolveJob(
    members,
    {
      ...submit,
      parameters: { to: "c" },
      retryStrategy: { attempts: 2 },
      timeout: { attemptDurationSeconds: 60 },
      schedulingPriorityOverride: 0,
      containerOverrides: {
        environment: [{ name: "B", value: "3" }],
        resourceRequirements: [{ type: "MEMORY", value: "96" }],
      },
    },
    60,
  );
  t.match(over, {
    container: {
      command: ["cp", "a", "c"],
      vcpus: 1,
      memoryMiB: 96,
      environment: [
        { name: "A", value: "1" },
        { name: "B", value: "3" },
      ],
    },
    retry: { attempts: 2 },
    timeoutSeconds: 60,
    schedulingPriority: 0,
  });
  const reserved = { containerOverrides: { environment: [{ name: "AWS_BATCH_JOB_ID", value: "x" }] } };
  t.match(
    refusal(() => resolveJob(members, { ...submit, ...reserved }, 60)),
    /reserved for Batch/,
  );
});

t.test("a submission keeps to AWS's bounds", async (t) => {
  const check = (changes: object) =>
    refusal(() => checkSubmission({ jobName: "j", jobQueue: "q", jobDefinition: "d", ...changes }));
  t.equal(check({}), "");
  t.match(check({ jobName: "-x" }), /no valid name/);
  t.match(check({ arrayProperties: { size: 1 } }), /between 2 and 10000, but was 1/);
  t.match(check({ dependsOn: [{ type: "SEQUENTIAL" }] }), /only be set for an array job/);
  t.equal(check({ dependsOn: [{ type: "SEQUENTIAL" }], arrayProperties: { size: 2 } }), "");
  t.match(check({ dependsOn: [{ type: "N_TO_N" }], arrayProperties: { size: 2 } }), /must have a jobId/);
  t.match(check({ dependsOn: Array(21).fill({ jobId: "x" }) }), /at most 20 jobs, but 21/);
  t.match(check({ schedulingPriorityOverride: 10_000 }), /between 0 and 9999/);
  t.match(check({ containerOverrides: { command: ["a".repeat(30_720)] } }), /at most 30720 characters/);
  t.match(check({ nodeOverrides: { numNodes: 2 } }), /'nodeOverrides'.*multi-node/);
  t.match(
    refusal(() => shareOf(true, undefined)),
    /shareIdentifier must be specified\./,
  );
  t.match(
    refusal(() => shareOf(false, "a")),
    /cannot be specified/,
  );
  t.equal(shareOf(true, "a"), "a");
});

t.test("shares of a policy have one weight each", async (t) => {
  const shares = (...names: string[]) =>
    refusal(() => readFairShare({ shareDistribution: names.map((shareIdentifier) => ({ shareIdentifier })) }));
  t.equal(shares("a", "b*", "ca"), "");
  t.match(shares("UserA*", "UserA1"), /must not overlap/);
  t.match(shares("a", "a"), /must not overlap/);
  t.match(shares("a-b"), /letters and digits/);
  t.match(
    refusal(() => readFairShare({ computeReservation: 100 })),
    /between 0 and 99/,
  );
  t.match(readFairShare({ shareDistribution: [{ shareIdentifier: "a" }] }), {
    weights: [{ share: "a", weightFactor: 1 }],
  });
});

t.test("filters match as AWS says they do", async (t) => {
  const job = {
    name: "Test10",
    definition: "arn:aws:batch:us-east-1:0:job-definition/jd1A:3",
    createdAt: 1000,
    share: "s",
  };
  const matches = (name: string, ...values: string[]) => readFilter([{ name, values }])?.matches(job);
  t.equal(matches("JOB_NAME", "test10"), true);
  t.equal(matches("JOB_NAME", "test1"), false);
  t.equal(matches("JOB_NAME", "test1*"), true);
  t.equal(matches("JOB_DEFINITION", "jd1A"), true);
  t.equal(matches("JOB_DEFINITION", "jd1"), false);
  t.equal(matches("JOB_DEFINITION", "jd1*"), true);
  t.equal(matches("JOB_DEFINITION", "JD1*"), false);
  t.equal(matches("JOB_DEFINITION", job.definition), true);
  t.equal(matches("BEFORE_CREATED_AT", "1000"), false);
  t.equal(matches("BEFORE_CREATED_AT", "1001"), true);
  t.equal(matches("AFTER_CREATED_AT", "999"), true);
  t.match(
    refusal(() => matches("COLOUR", "red")),
    /none of JOB_NAME/,
  );
  t.match(
    refusal(() => matches("BEFORE_CREATED_AT", "yesterday")),
    /milliseconds/,
  );
});

t.test("a name with or without revision, or the ARN of either, is one definition", async (t) => {
  const arn = "arn:aws:batch:us-east-1:000000000000:job-definition/job";
  t.same(definitionReference("job", SCOPE), { name: "job" });
  t.same(definitionReference(`${arn}:12`, SCOPE), { name: "job", revision: 12 });
  t.same(definitionReference(arn, SCOPE), { name: "job" });
  t.equal(definitionReference("job:0", SCOPE), undefined);
  t.equal(definitionReference(arn.replace("us-east-1", "eu-west-1"), SCOPE), undefined, "another region's");
});

t.test("a page's token says where to go on, and no other text does", async (t) => {
  fc.assert(
    fc.property(fc.string({ minLength: 1 }), fc.nat(), (cursor, skip) => {
      const read = readPageToken(pageToken({ cursor, skip }));
      return read.cursor === cursor && read.skip === skip;
    }),
  );
  t.same(readPageToken(pageToken({ skip: 3 })), { skip: 3 });
  t.match(
    refusal(() => readPageToken("nonsense")),
    /Invalid nextToken/,
  );
});

t.test("tags keep to AWS's bounds", async (t) => {
  t.match(
    refusal(() => checkTags({ "aws:x": "1" })),
    /reserved/,
  );
  const many = Object.fromEntries(Array.from({ length: 50 }, (_, index) => [`k${index}`, ""]));
  t.equal(
    refusal(() => checkTags(many)),
    "",
  );
  t.match(
    refusal(() => checkTags({ one: "more" }, many)),
    /limit of 50/,
  );
});
