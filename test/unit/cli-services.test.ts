import type {
  Deployment,
  RegisterTaskDefinitionCommandInput,
  Service,
  Task,
  UpdateServiceCommandInput,
} from "@aws-sdk/client-ecs";
import t from "tap";
import { deploy } from "../../src/cli/commands/deploy.ts";
import { scale } from "../../src/cli/commands/scale.ts";
import { services, servicesText } from "../../src/cli/commands/services.ts";
import { findReasons } from "../../src/cli/commands/why.ts";
import type { Ecs } from "../../src/cli/ecs.ts";
import { rollEnd } from "../../src/cli/services/follow-roll.ts";
import { withImage } from "../../src/cli/services/next-revision.ts";
import { serviceWhyText } from "../../src/cli/views/service-why.ts";
import { aBatch } from "../support/batch-stub.ts";
import { anApi, anOut, notAsked } from "../support/cli.ts";

const NOW = Date.parse("2026-01-01T00:10:00Z");
const ARN = "arn:aws:ecs:us-east-1:000000000000";
const meta = { $metadata: {} };
const signal = new AbortController().signal;

const aDeployment = (more: Partial<Deployment> = {}): Deployment => ({
  id: "ecs-svc/1",
  status: "PRIMARY",
  taskDefinition: `${ARN}:task-definition/web:1`,
  desiredCount: 2,
  runningCount: 2,
  pendingCount: 0,
  failedTasks: 0,
  rolloutState: "COMPLETED",
  rolloutStateReason: "ECS deployment ecs-svc/1 completed.",
  createdAt: new Date(NOW - 600_000),
  ...more,
});

const aService = (more: Partial<Service> = {}): Service => ({
  serviceName: "web",
  serviceArn: `${ARN}:service/default/web`,
  clusterArn: `${ARN}:cluster/default`,
  status: "ACTIVE",
  schedulingStrategy: "REPLICA",
  desiredCount: 2,
  runningCount: 2,
  pendingCount: 0,
  taskDefinition: `${ARN}:task-definition/web:1`,
  deployments: [aDeployment()],
  events: [],
  createdAt: new Date(NOW - 600_000),
  ...more,
});

/** An ECS with services that answers one sight after the other, the last one again and again. */
const anEcs = (sights: readonly Service[], more: Partial<Ecs> = {}) => {
  const registered: RegisterTaskDefinitionCommandInput[] = [];
  const updates: UpdateServiceCommandInput[] = [];
  let looks = 0;
  const ecs: Ecs = {
    runTask: notAsked("RunTask"),
    listServiceDeployments: notAsked("ListServiceDeployments"),
    stopTask: notAsked("StopTask"),
    listTasks: async () => ({ ...meta, taskArns: [] }),
    describeTasks: async () => ({ ...meta, tasks: [] }),
    listClusters: async () => ({ ...meta, clusterArns: [`${ARN}:cluster/default`] }),
    async registerTaskDefinition(input) {
      registered.push(input);
      return { ...meta, taskDefinition: { taskDefinitionArn: `${ARN}:task-definition/web:2` } };
    },
    describeTaskDefinition: async () => ({
      ...meta,
      taskDefinition: {
        taskDefinitionArn: `${ARN}:task-definition/web:1`,
        family: "web",
        revision: 1,
        status: "ACTIVE",
        cpu: "256",
        containerDefinitions: [{ name: "app", image: "my/web:1", memory: 64 }],
      },
      tags: [{ key: "team", value: "a" }],
    }),
    listServices: async () => ({ ...meta, serviceArns: sights.slice(0, 1).map(({ serviceArn }) => serviceArn ?? "") }),
    describeServices: async ({ services: asked = [] }) => {
      const seen = sights[Math.min(looks, sights.length - 1)];
      looks += 1;
      return {
        ...meta,
        services: seen && asked.some((one) => seen.serviceArn?.endsWith(`/${one.split("/").at(-1)}`)) ? [seen] : [],
      };
    },
    async updateService(input) {
      updates.push(input);
      return { ...meta, service: aService({ deployments: [rolling, old] }) };
    },
    ...more,
  };
  return { ecs, registered, updates };
};

const rolling = aDeployment({
  id: "ecs-svc/2",
  taskDefinition: `${ARN}:task-definition/web:2`,
  rolloutState: "IN_PROGRESS",
  runningCount: 1,
  pendingCount: 1,
  createdAt: new Date(NOW),
});
const old = aDeployment({ status: "ACTIVE" });

t.test("services are a table with counts, their definition and how the roll stands", async (t) => {
  const { ecs } = anEcs([aService({ deployments: [rolling, old], pendingCount: 1 })]);
  const [head, row] = (await servicesText(ecs, {})).split("\n");
  t.same(head?.split(/\s+/), [
    "SERVICE",
    "STRATEGY",
    "STATUS",
    "DESIRED",
    "RUNNING",
    "PENDING",
    "DEFINITION",
    "ROLLOUT",
    "AGE",
  ]);
  t.same(row?.split(/\s+/).slice(0, 8), ["web", "REPLICA", "ACTIVE", "2", "2", "1", "web:1", "IN_PROGRESS"]);
  t.match(JSON.parse(await servicesText(ecs, { json: true })), [{ serviceName: "web", pendingCount: 1 }]);
});

t.test("where there is no service, it is said how to make one", async (t) => {
  const { out, said } = anOut();
  await services({ ecs: anEcs([]).ecs, api: anApi({}).api, out, signal }, {});
  t.equal(said.stdout, "No services. Make one with: aws ecs create-service\n");
});

t.test("scale says what was and what is to be", async (t) => {
  const { out, said } = anOut();
  const { ecs, updates } = anEcs([aService()]);
  await scale({ ecs, out }, "web", 4, {});
  t.same(updates, [{ cluster: "default", service: "web", desiredCount: 4 }]);
  t.equal(said.stdout, "web is to have 4 tasks; it was to have 2\n");
  await t.rejects(scale({ ecs, out }, "nobody", 4, {}), { message: "there is no service nobody" });
});

t.test("a service of that name in two clusters is not guessed", async (t) => {
  const { ecs } = anEcs([aService()], {
    listClusters: async () => ({ ...meta, clusterArns: [`${ARN}:cluster/default`, `${ARN}:cluster/blue`] }),
    describeServices: async ({ cluster }) => ({
      ...meta,
      services: [aService({ clusterArn: `${ARN}:cluster/${cluster}` })],
    }),
  });
  await t.rejects(scale({ ecs, out: anOut().out }, "web", 1, {}), {
    message: "clusters default and blue each have a service web",
    exitCode: 2,
  });
});

t.test("deploy", async (t) => {
  t.test(
    "registers a revision with the image, updates the service, and tells the roll until it is steady",
    async (t) => {
      const { out, said } = anOut();
      const done = { ...rolling, rolloutState: "COMPLETED", runningCount: 2, pendingCount: 0 } as const;
      const { ecs, registered, updates } = anEcs([
        aService({ events: [{ id: "0", message: "said before" }] }),
        aService({
          deployments: [rolling, old],
          events: [
            { id: "1", message: "has started 1 tasks" },
            { id: "0", message: "said before" },
          ],
        }),
        aService({
          deployments: [done],
          taskDefinition: `${ARN}:task-definition/web:2`,
          events: [
            { id: "2", message: "steady" },
            { id: "1", message: "has started 1 tasks" },
          ],
        }),
      ]);
      t.equal(await deploy({ ecs, out, signal }, "web", { image: "my/web:2" }), 0);
      t.same(registered, [
        {
          family: "web",
          cpu: "256",
          containerDefinitions: [{ name: "app", image: "my/web:2", memory: 64 }],
          tags: [{ key: "team", value: "a" }],
        },
      ]);
      t.same(updates, [{ cluster: "default", service: "web", taskDefinition: `${ARN}:task-definition/web:2` }]);
      t.equal(said.stderr, "web rolls from web:1 to web:2\nhas started 1 tasks\nsteady\n");
      t.same(said.progress, ["web:2 1 of 2 running, 1 pending · web:1 2 of 2 running", ""]);
      t.equal(said.stdout, "web is steady on web:2: 2 running\n");
    },
  );

  t.test("that was rolled back exits with 1 and says where to look", async (t) => {
    const { out, said } = anOut();
    const { ecs } = anEcs([aService(), aService()]);
    t.equal(await deploy({ ecs, out, signal }, "web", { image: "my/web:2" }), 1);
    t.equal(said.stdout, "web went back to web:1: web:2 failed; see why with: berth why web\n");
  });

  t.test("detached does not wait and tells the deployment's id", async (t) => {
    const { out, said } = anOut();
    t.equal(await deploy({ ecs: anEcs([aService()]).ecs, out, signal }, "web", { image: "my/web:2", detach: true }), 0);
    t.equal(said.stdout, "ecs-svc/2\n");
  });
});

t.test("a roll has ended when", async (t) => {
  const end = (deployments: Deployment[], more: Partial<Service> = {}) =>
    rollEnd(aService({ deployments, ...more }), rolling);
  t.equal(end([rolling, old]), undefined, "not while it is under way");
  const done = { ...rolling, rolloutState: "COMPLETED" } as const;
  t.equal(end([done, old]), undefined, "nor while old tasks are left");
  t.equal(end([done]), "steady");
  const gaveUp = { ...rolling, rolloutState: "FAILED" } as const;
  t.equal(end([gaveUp, old]), "failed");
  const back = aDeployment({ rolloutState: "IN_PROGRESS" });
  t.equal(end([back, { ...gaveUp, status: "ACTIVE" }]), undefined, "not while it goes back");
  t.equal(end([aDeployment()]), "rolled back");
  t.equal(end([aDeployment({ id: "ecs-svc/3", createdAt: new Date(NOW + 1000) })]), "superseded");
  t.equal(end([done], { status: "DRAINING" }), "superseded");
});

t.test("which container gets the image is not guessed", async (t) => {
  const two = { family: "web", containerDefinitions: [{ name: "app" }, { name: "side" }] };
  t.throws(() => withImage(two, "i", undefined), {
    message: /have containers app and side: name one with --container/,
  });
  t.throws(() => withImage(two, "i", "other"), { message: "there is no container other, only app and side" });
  t.match(withImage(two, "i", "side").containerDefinitions, [
    { name: "app", image: undefined },
    { name: "side", image: "i" },
  ]);
});

t.test("why a service is as it is: its deployments, what ended last, and what ECS says", async (t) => {
  const ended: Task = {
    taskArn: `${ARN}:task/default/${"3f2a91c0".padEnd(32, "0")}`,
    stoppedAt: new Date(NOW - 5000),
    stoppedReason: "Essential container in task exited",
    containers: [{ name: "app", exitCode: 3 }],
  };
  const reason = "(service web) was unable to place a task because no container instance met all of its requirements.";
  const service = aService({
    runningCount: 1,
    pendingCount: 0,
    deployments: [
      aDeployment({ runningCount: 1, failedTasks: 1, rolloutState: "IN_PROGRESS", rolloutStateReason: "in progress." }),
    ],
    events: [{ id: "1", createdAt: new Date(NOW - 9000), message: reason }],
  });
  const why = {
    service: "web",
    deployments: [
      {
        deployment: "ecs-svc/1",
        failedTasks: 1,
        givesUpAfter: 3,
        failedStarts: 2,
        nextStartAt: NOW + 20_000,
        unplaced: { reason: "no room.", since: NOW - 60_000 },
        waiting: { tasks: 2, since: NOW - 7_000, ahead: 1, reason: "too little CPU." },
      },
    ],
    protectedTasks: 1,
    protectedUntil: NOW + 30_000,
  };
  const { ecs } = anEcs([service], {
    listTasks: async ({ serviceName, desiredStatus }) => {
      t.same([serviceName, desiredStatus], ["web", "STOPPED"]);
      return { ...meta, taskArns: ["a"] };
    },
    describeTasks: async () => ({ ...meta, tasks: [ended] }),
  });
  const { api } = anApi({ "/placements/refusals?request=web": [], "/clusters/default/services/web/why": why });
  const found = await findReasons({ api, ecs: async () => ecs, batch: async () => aBatch([]) }, "web");
  t.match(found, { service: { serviceName: "web" }, ended: [ended] });
  t.equal(
    serviceWhyText({ service, ended: [ended], why }, NOW),
    [
      "Service web of cluster default is ACTIVE: 1 of 2 running.",
      "1 task must not be stopped, the last for 30s more.",
      "",
      "Deployments:",
      "  PRIMARY web:1: 1 of 2 running, 1 task failed. IN_PROGRESS: in progress.",
      "    waits for room since 60s: no room.",
      "    2 tasks wait for room, the first since 7s, behind 1 other: too little CPU.",
      "    starts again in 20s: 2 rounds of starts failed in a row",
      "    gives up after 3 failed tasks",
      "",
      "Tasks that ended last:",
      "  3f2a91c0 5s ago: Essential container in task exited (exit 3)",
      "",
      "Events, newest first:",
      `  9s ago: ${reason}`,
    ].join("\n"),
  );
});
