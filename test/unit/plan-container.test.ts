import t from "tap";
import { doorEnvironment, visitingTask, visitorOf } from "../../src/fleet/model/door.ts";
import type { TaskId } from "../../src/fleet/model/ids.ts";
import { type ImageReference, parseImageReference } from "../../src/fleet/model/image-reference.ts";
import { type ContainerPolicy, planContainer } from "../../src/fleet/model/plan-container.ts";
import type { ContainerSpec, TaskSpec } from "../../src/fleet/model/task-spec.ts";
import { aTask } from "./next-steps-fixtures.ts";
import { aContainer, aHost } from "./scheduler-fixtures.ts";

const POLICY: ContainerPolicy = {
  installation: "test",
  secret: "a secret",
  pidsLimit: 64,
  dropCapabilities: ["NET_RAW", "MKNOD"],
  logRotation: { maxSizeMiB: 1, maxFiles: 2 },
};
const NAME = "berth-test-t1-1";

const plan = (
  spec: Partial<ContainerSpec> = {},
  task: Partial<TaskSpec> = {},
  { cgroupParent, others = [] }: { cgroupParent?: string; others?: ContainerSpec[] } = {},
) => {
  const container = aContainer("web", spec);
  const whole = aTask([...others, container], task);
  return planContainer(whole, container, aHost("h1"), POLICY, "sha256:1", cgroupParent);
};

t.test(
  "a container is named and labelled after installation, task and attempt; its own labels cannot hide that",
  async (t) => {
    const { name, labels } = plan({ labels: { mine: "1", "berth.task": "other" } });
    t.equal(name, `${NAME}-web`);
    t.strictSame(labels, {
      mine: "1",
      "berth.installation": "test",
      "berth.host": "h1",
      "berth.cluster": "000000000000/us-east-1/default",
      "berth.task": "t1",
      "berth.attempt": "1",
      "berth.container": "web",
    });
  },
);

t.test(
  "a container is told where it reaches Berth, where it can, and of credentials where its task has a role",
  async (t) => {
    const secret = POLICY.secret;
    const told = (spec: Partial<ContainerSpec>, task: Partial<TaskSpec>, url = "http://169.254.170.2") => {
      const container = aContainer("web", spec);
      const whole = aTask([container], task);
      return planContainer(whole, container, aHost("h1"), POLICY, "sha256:1", undefined, { url }).environment;
    };
    const roleArn = "arn:aws:iam::000000000000:role/reader";
    const id = /^\/v2\/credentials\/t1-[0-9a-f]{32}$/;
    t.match(told({}, { roleArn }), {
      ECS_CONTAINER_METADATA_URI: /^http:\/\/169\.254\.170\.2\/v3\/t1-[0-9a-f]{32}$/,
      ECS_CONTAINER_METADATA_URI_V4: /^http:\/\/169\.254\.170\.2\/v4\/t1-[0-9a-f]{32}$/,
      AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: id,
      AWS_ENDPOINT_URL: "http://169.254.170.2",
    });
    t.notOk(
      Object.keys(told({}, {})).some((name) => name.includes("CREDENTIALS")),
      "a task without a role has none",
    );
    const onLoopback = told({}, { roleArn }, "http://127.1.2.3:51680");
    t.match(onLoopback.AWS_CONTAINER_CREDENTIALS_FULL_URI, /^http:\/\/127\.1\.2\.3:51680\/v2\/credentials\/t1-/);
    t.notOk("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI" in onLoopback);
    const own = { AWS_ENDPOINT_URL: "http://elsewhere" };
    t.match(told({ environment: own }, {}), own, "what the definition says stands");
    t.same(told({ disableNetworking: true }, { roleArn }), {});
    t.same(plan({}, { roleArn }).environment, {}, "without a way it is told of none");

    t.test("by ids that only the secret tells, each of one container", async (t) => {
      const containers = [aContainer("web"), aContainer("db")];
      const whole = { ...aTask(containers, { roleArn }), id: "0".repeat(32) as TaskId };
      const idOf = (container: string, key = secret) =>
        doorEnvironment({ url: "" }, key, whole, container).ECS_CONTAINER_METADATA_URI_V4!.slice("/v4/".length);
      t.match(visitorOf(idOf("db"), secret, whole), { kind: "container", container: { name: "db" } });
      t.equal(visitingTask(idOf("db")), whole.id);
      t.not(idOf("db"), idOf("web"));
      t.equal(visitorOf(idOf("db", "another"), secret, whole), undefined);
      t.equal(
        visitorOf(idOf("db"), secret, { ...whole, attempt: 2 }),
        undefined,
        "an earlier attempt's is not the next one's",
      );
      t.equal(visitingTask("../../x"), undefined);
      const role = doorEnvironment({ url: "" }, secret, whole, "web").AWS_CONTAINER_CREDENTIALS_FULL_URI!;
      t.match(visitorOf(role.slice("/v2/credentials/".length), secret, whole), { kind: "role", container: undefined });
    });
  },
);

t.test("limits over the task are held by its cgroup where there is one, else by each container", async (t) => {
  const limits = { cpuUnits: 512, memoryMiB: 256 };
  const within = plan({}, { limits }, { cgroupParent: "/berth/t1" });
  t.match(within, { cgroupParent: "/berth/t1", cpuShares: 2 });
  t.notOk("cpuLimitUnits" in within || "memoryMiB" in within);
  t.match(plan({}, { limits }), { cgroupParent: undefined, cpuLimitUnits: 512, memoryMiB: 256, memorySwapMiB: 256 });
});

t.test("a container's own memory limit is its own, wherever the task's is held", async (t) => {
  const limits = { memoryMiB: 256 };
  for (const options of [{}, { cgroupParent: "/berth/t1" }])
    t.match(plan({ memoryMiB: 64, maxSwapMiB: 8 }, { limits }, options), { memoryMiB: 64, memorySwapMiB: 72 });
  t.match(plan({ memoryReservationMiB: 32 }), { memoryReservationMiB: 32, memoryMiB: undefined });
});

t.test("what the installation drops is dropped unless the container asks for it", async (t) => {
  t.strictSame(plan().capabilitiesDrop, ["NET_RAW", "MKNOD"]);
  const { capabilitiesAdd, capabilitiesDrop } = plan({ capabilitiesAdd: ["NET_RAW"], capabilitiesDrop: ["CHOWN"] });
  t.strictSame([capabilitiesAdd, capabilitiesDrop], [["NET_RAW"], ["MKNOD", "CHOWN"]]);
});

t.test(
  "every container is held to no new privileges and a pids limit, a privileged one only to the latter",
  async (t) => {
    t.match(plan(), { noNewPrivileges: true, pidsLimit: 64, privileged: false });
    t.match(plan({ privileged: true }), { noNewPrivileges: false, pidsLimit: 64, privileged: true });
  },
);

t.test("other containers of the task are named as the engine knows them", async (t) => {
  const others = [aContainer("db")];
  const spec = { links: ["db:database", "db"], volumesFrom: [{ container: "db", readOnly: true }] };
  t.match(plan(spec, {}, { others }), {
    links: [
      { container: `${NAME}-db`, alias: "database" },
      { container: `${NAME}-db`, alias: "db" },
    ],
    volumesFrom: [{ container: `${NAME}-db`, readOnly: true }],
  });
});

t.test("shared namespaces are those of the task's first container that waits for no other", async (t) => {
  const others = [aContainer("db")];
  const shared = { pidMode: "task", ipcMode: "task" } as const;
  t.match(plan({}, shared, { others }), { pidMode: `container:${NAME}-db`, ipcMode: `container:${NAME}-db` });
  t.match(plan({}, shared), { pidMode: undefined, ipcMode: "shareable" });
  t.match(plan({}, { pidMode: "host", ipcMode: "none" }), { pidMode: "host", ipcMode: "none" });
  const waiting = [aContainer("db", { dependsOn: [{ container: "web", condition: "START" }] })];
  t.match(plan({}, shared, { others: waiting }), { pidMode: undefined, ipcMode: "shareable" });
});

t.test("a volume is the task's, the host's, or a path", async (t) => {
  const mount = (volume: string) => ({ volume, path: `/${volume}`, readOnly: volume === "path" });
  const driven = { driverOptions: {}, labels: {}, autoprovision: true };
  const { binds } = plan(
    { mounts: ["own", "shared", "path"].map(mount) },
    {
      volumes: [
        { name: "own", kind: "task" },
        { name: "shared", kind: "shared", ...driven },
        { name: "path", kind: "host", path: "/srv" },
      ],
    },
  );
  t.strictSame(binds, [
    { from: { volume: "berth-test-t1-own" }, to: "/own", readOnly: false },
    { from: { volume: "berth-test-h1-shared" }, to: "/shared", readOnly: false },
    { from: { path: "/srv" }, to: "/path", readOnly: true },
  ]);
  t.throws(() => plan({ mounts: [mount("none")] }), { message: /volume none/ });
});

t.test("a container is on its cluster's network, the host's, or none", async (t) => {
  t.equal(plan().network, "berth-test-000000000000-us-east-1-default");
  t.equal(plan({}, { networkMode: "host" }).network, "host");
  t.equal(plan({}, { networkMode: "none" }).network, "none");
  t.equal(plan({ disableNetworking: true }).network, "none");
});

t.test("what the definition leaves out stays the image's own", async (t) => {
  for (const member of ["command", "entryPoint", "user", "workingDirectory", "hostname", "healthCheck"])
    t.notOk(member in plan(), member);
});

t.test("an image is named in these forms", async (t) => {
  const own = (repository: string, tag: string, more: object = {}) => ({ kind: "own", repository, tag, ...more });
  const foreign = (reference: string) => ({ kind: "foreign", reference });
  const scope = { account: "123456789012", region: "eu-west-1" };
  const digest = `sha256:${"a".repeat(64)}`;
  const forms: Record<string, object> = {
    "localhost:4510/app": own("app", "latest"),
    "localhost:4510/app:1.2": own("app", "1.2"),
    "localhost:4510/team/app:1.2": own("team/app", "1.2"),
    [`localhost:4510/app@${digest}`]: own("app", "latest", { digest }),
    [`localhost:4510/app:1.2@${digest}`]: own("app", "1.2", { digest }),
    "localhost:4510/123456789012.eu-west-1/team/app:2": own("team/app", "2", scope),
    "123456789012.dkr.ecr.eu-west-1.amazonaws.com/app": own("app", "latest", scope),
    "123456789012.dkr.ecr.eu-west-1.amazonaws.com/team/app:2": own("team/app", "2", scope),
    "123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn/app": own("app", "latest", { ...scope, region: "cn-north-1" }),
    [`123456789012.dkr.ecr.eu-west-1.amazonaws.com/app@${digest}`]: own("app", "latest", { ...scope, digest }),
    "berth/busybox": own("berth/busybox", "latest"),
    "berth/busybox:1": own("berth/busybox", "1"),
    busybox: foreign("busybox:latest"),
    "busybox:1.36": foreign("busybox:1.36"),
    "library/busybox": foreign("library/busybox:latest"),
    "public.ecr.aws/nginx/nginx:1": foreign("public.ecr.aws/nginx/nginx:1"),
    "localhost:5000/app": foreign("localhost:5000/app:latest"),
    "localhost/app": foreign("localhost/app:latest"),
    "1234.dkr.ecr.eu-west-1.amazonaws.com/app": foreign("1234.dkr.ecr.eu-west-1.amazonaws.com/app:latest"),
    [`busybox@${digest}`]: foreign(`busybox@${digest}`),
    [`busybox:1@${digest}`]: foreign(`busybox:1@${digest}`),
  };
  for (const [image, reference] of Object.entries(forms))
    t.strictSame(parseImageReference(image, "localhost:4510"), reference as ImageReference, image);
});
