import t from "tap";
import { changeFeed } from "../../src/adapters/redis/change-feed.ts";
import { changeListeners } from "../../src/adapters/redis/change-listeners.ts";
import type { EventBridgeEvent } from "../../src/ecs/operations/as-event.ts";
import { serviceEvents } from "../../src/ecs/operations/service/service-events.ts";
import { serviceWhyOperation } from "../../src/ecs/operations/service/why.ts";
import type { EcsDeps } from "../../src/ecs/ports.ts";
import { clusterParts } from "../../src/fleet/index.ts";
import { aRedis } from "../support/redis.ts";
import { aKeptCluster, HALF_ON_SPOT } from "../support/service-loops.ts";
import { until } from "../support/until.ts";
import { CLUSTER } from "./redis-fixtures.ts";

const server = await aRedis(t);
const { account, region } = clusterParts(CLUSTER);
const families = (...names: string[]) => names;

t.test("a service keeps its count: it starts its tasks, and replaces one that exits", async (t) => {
  const { keep, create, steady, running, exit, read, says, all, change } = await aKeptCluster(t, server);
  await keep();
  await create({ desiredCount: 3, enableECSManagedTags: true, propagateTags: "SERVICE", tags: { team: "blue" } });
  await steady();
  t.strictSame((await running()).families, families("v1", "v1", "v1"));
  t.match(
    await says(/has started/),
    /^\(service web\) has started 3 tasks: \(task \w{32}\) \(task \w{32}\) \(task \w{32}\)\.$/,
  );
  t.match((await read()).deployments, [{ rolloutState: "COMPLETED" }]);
  t.match((await all())[0], {
    group: "service:web",
    details: {
      startedBy: "ecs-svc/1",
      tags: { team: "blue", "aws:ecs:clusterName": "default", "aws:ecs:serviceName": "web" },
    },
  });

  const gone = await exit();
  await until("another in its place", running, (now) => now.families.length === 3);
  t.notOk((await all()).some(({ id, desired }) => id === gone && desired === "RUNNING"));

  await change((service) => ({ ...service, desiredCount: 1, isSteady: false }));
  await steady();
  t.equal((await running()).families.length, 1, "and scales in");
  t.match(await says(/has stopped/), /has stopped 2 running tasks/);
});

t.test("more tasks than placement takes at once are spread over the hosts", async (t) => {
  const { keep, create, steady, running } = await aKeptCluster(t, server, { hosts: ["h1", "h2", "h3"] });
  await keep();
  await create({ desiredCount: 24 });
  await steady();
  const { hosts } = await running();
  t.strictSame(
    ["h1", "h2", "h3"].map((host) => hosts.filter((one) => one === host).length),
    [8, 8, 8],
  );
});

t.test("a roll stays within its bounds", async (t) => {
  for (const [minimumHealthyPercent, maximumPercent, least, most] of [
    [100, 200, 4, 8],
    [50, 100, 2, 4],
  ] as const) {
    const { keep, create, update, steady, running, counts, countAnew, close } = await aKeptCluster(t, server);
    await keep();
    await create({ bounds: { minimumHealthyPercent, maximumPercent } });
    await steady();
    countAnew();
    await update("v2");
    await steady();
    t.strictSame((await running()).families, families("v2", "v2", "v2", "v2"));
    t.ok(counts.most <= most, `never more than ${most}: ${counts.most}`);
    t.ok(counts.least >= least, `never less than ${least}: ${counts.least}`);
    await close();
  }
});

t.test("a version that exits at once trips the breaker, and every task of the last one is left alone", async (t) => {
  const { keep, create, update, steady, running, read, all, says } = await aKeptCluster(t, server, {
    programs: { v2: "cannot start" },
  });
  await keep();
  const circuitBreaker = { enable: true, rollback: true };
  await create({ bounds: { minimumHealthyPercent: 100, maximumPercent: 200, circuitBreaker } });
  await steady();
  const before = (await all()).map(({ id }) => id).sort();
  await update("v2");
  await until(
    "the rollback",
    read,
    ({ deployments, isSteady }) => isSteady && deployments[0]?.rollbackOf !== undefined,
  );
  t.strictSame((await running()).families, families("v1", "v1", "v1", "v1"));
  const now = (await all()).filter(({ desired }) => desired === "RUNNING").map(({ id }) => id);
  t.strictSame(now.sort(), before);
  await says(/rolling back to \(?deployment/);
});

t.test("what waits for room says why in numbers, and starts as soon as there is some", async (t) => {
  const { keep, create, steady, running, says, read, addHost, setHost } = await aKeptCluster(t, server, {
    hosts: ["h1"],
  });
  await setHost("h1", "DRAINING");
  await keep();
  await create({ desiredCount: 2 });
  t.match(
    await says(/unable to place/),
    /^\(service web\) was unable to place a task because no container instance met all of its requirements\. Reason: .*1 of 1 /,
  );
  t.match((await read()).deployments, [{ unplaced: { since: Number } }]);
  await addHost("h2");
  await steady();
  t.strictSame((await running()).hosts, ["h2", "h2"]);
  t.match((await read()).deployments[0]?.unplaced, undefined);
});

t.test("a host that drains gives its tasks to the others", async (t) => {
  const { keep, create, steady, running, setHost } = await aKeptCluster(t, server);
  await keep();
  await create();
  await steady();
  t.strictSame((await running()).hosts, ["h1", "h1", "h2", "h2"]);
  await setHost("h1", "DRAINING");
  await until("all tasks on the other host", running, ({ hosts }) => hosts.join() === "h2,h2,h2,h2");
});

t.test("a DAEMON follows hosts that come and go", async (t) => {
  const { keep, create, steady, running, setHost, addHost, read } = await aKeptCluster(t, server);
  await keep();
  await create({ schedulingStrategy: "DAEMON", bounds: { minimumHealthyPercent: 0, maximumPercent: 100 } });
  await steady();
  t.strictSame((await running()).hosts, ["h1", "h2"]);
  await addHost("h3");
  await until("one on the new host", running, ({ hosts }) => hosts.join() === "h1,h2,h3");
  await setHost("h1", "DRAINING");
  await until("none on the host that drains", running, ({ hosts }) => hosts.join() === "h2,h3");
  t.equal((await steady()).service.desiredCount, 2);
  t.equal((await read()).schedulingStrategy, "DAEMON");
});

t.test("a deleted service ends its tasks, and is forgotten long after", async (t) => {
  const { keep, create, steady, change, read, all, services, define } = await aKeptCluster(t, server);
  const { loops, deps } = await keep();
  await create();
  await steady();
  await define("other");
  await change((service) => ({ ...service, status: "DRAINING", desiredCount: 0, isSteady: false }));
  await until("its end", read, ({ status }) => status === "INACTIVE");
  t.ok((await all()).every(({ observed }) => observed.status === "STOPPED"));
  t.equal(await loops.forgetInactiveServices(), 0);
  await change((service) => ({ ...service, inactiveAt: Date.now() - deps.times.keepInactiveMs }));
  t.equal(await loops.forgetInactiveServices(), 1);
  t.strictSame(await services.find([]), []);
});

t.test(
  "a service on Fargate keeps its split: as it starts, when tasks are taken back, as it rolls and scales in",
  async (t) => {
    const kept = await aKeptCluster(t, server, { on: HALF_ON_SPOT });
    const { keep, create, update, steady, running, providers, all, change, tasks, says } = kept;
    const { deps } = await keep();
    await create();
    await steady();
    t.strictSame(await providers(), { FARGATE: 2, FARGATE_SPOT: 2 });
    t.strictSame(new Set((await running()).hosts), new Set(["fargate"]));
    const [spot] = (await all()).filter(({ details }) => details.capacityProviderName === "FARGATE_SPOT");
    const taken = { code: "SpotInterruption", reason: "Your Spot Task was interrupted." } as const;
    await tasks.requestStop(spot!.id, { ...taken, at: Date.now() }, 1);
    await until(
      "another on Spot in its place",
      providers,
      ({ FARGATE, FARGATE_SPOT }) => FARGATE === 2 && FARGATE_SPOT === 2,
    );
    await update("v2");
    await steady();
    t.strictSame((await running()).families, families("v2", "v2", "v2", "v2"));
    t.strictSame(await providers(), { FARGATE: 2, FARGATE_SPOT: 2 });
    await change((service) => ({ ...service, desiredCount: 2, isSteady: false }));
    await steady();
    t.strictSame(await providers(), { FARGATE: 1, FARGATE_SPOT: 1 });
    await change((service) => ({ ...service, desiredCount: 11, isSteady: false }));
    await until(
      "as many as there is room for",
      providers,
      ({ FARGATE = 0, FARGATE_SPOT = 0 }) => FARGATE + FARGATE_SPOT === 10,
    );
    const waiting = (await all()).filter(({ observed }) => observed.status === "PROVISIONING");
    t.equal(waiting.length, 1, "and the last waits for room");
    t.match(await says(/has started 9 tasks/), /./);
    const { handle } = serviceWhyOperation(deps as unknown as EcsDeps) as unknown as {
      handle(call: object): Promise<unknown>;
    };
    t.match(await handle({ params: { cluster: "default", service: "web" }, caller: { account, region } }), {
      deployments: [
        { waiting: { tasks: 1, since: Number, ahead: 0, reason: /1 of 1 with too little CPU \(needs 256 CPU units/ } },
      ],
    });
  },
);

t.test("a service over capacity providers is split over the hosts of their Auto Scaling groups", async (t) => {
  const capacityProviderStrategy = [
    { capacityProvider: "h1", weight: 1, base: 0 },
    { capacityProvider: "h2", weight: 3, base: 0 },
  ];
  const { keep, create, steady, running } = await aKeptCluster(t, server, { on: { capacityProviderStrategy } });
  await keep();
  await create();
  await steady();
  t.strictSame((await running()).hosts, ["h1", "h2", "h2", "h2"]);
});

t.test("a task that Fargate could never hold is told of in Fargate's words, with what there is", async (t) => {
  const { keep, create, says, read } = await aKeptCluster(t, server, {
    on: { launchType: "FARGATE" },
    size: { cpu: "4096", memory: "8192" },
  });
  await keep();
  await create();
  t.match(
    await says(/unable to place/),
    /^\(service web\) was unable to place a task\. Reason: Capacity is unavailable at this time\..* 1 of 1 with too little CPU \(needs 4096/,
  );
  t.match(
    (await read()).events.find(({ message }) => /unable to place/.test(message)),
    {
      told: { name: "SERVICE_TASK_PLACEMENT_FAILURE", reason: "RESOURCE:FARGATE" },
    },
  );
});

t.test("EventBridge is told of a service's deployments and states by AWS's names, each once and in turn", async (t) => {
  const { keep, create, update, steady, read, store, setHost } = await aKeptCluster(t, server, {
    programs: { v2: "cannot start" },
  });
  const { deps } = await keep();
  const listeners = await changeListeners(changeFeed(store), (error) => t.error(error as Error));
  t.teardown(() => listeners.close());
  const told: Promise<EventBridgeEvent[]>[] = [];
  listeners.listen((item) => {
    if (item.type === "change" && item.change.kind === "service")
      // What is told after the test ended may find the store closed.
      told.push(serviceEvents(deps, item.change.subject, Number(item.change.facts.version)).catch(() => []));
  });
  const names = async () => (await Promise.all(told)).flat().map(({ detail }) => detail.eventName);
  const circuitBreaker = { enable: true, rollback: true };
  await create({ bounds: { minimumHealthyPercent: 100, maximumPercent: 200, circuitBreaker } });
  await steady();
  t.strictSame(await until("its first deployment told", names, (now) => now.includes("SERVICE_STEADY_STATE")), [
    "SERVICE_DEPLOYMENT_IN_PROGRESS",
    "SERVICE_DEPLOYMENT_COMPLETED",
    "SERVICE_STEADY_STATE",
  ]);
  await update("v2");
  await until(
    "the rollback",
    read,
    ({ deployments: [first], isSteady }) => isSteady && first?.rollbackOf !== undefined,
  );
  const all = (
    await until("the rollback told", names, (now) => now.filter((one) => one === "SERVICE_STEADY_STATE").length === 2)
  ).slice(3);
  t.strictSame(
    all.filter((name) => String(name).startsWith("SERVICE_DEPLOYMENT")),
    ["IN_PROGRESS", "FAILED", "IN_PROGRESS", "COMPLETED"].map((state) => `SERVICE_DEPLOYMENT_${state}`),
  );
  const [first, , steadyOne, , failed, back] = (await Promise.all(told))
    .flat()
    .filter(({ detail }) => detail.eventName !== "SERVICE_TASK_START_IMPAIRED");
  t.match(first, {
    "detail-type": "ECS Deployment State Change",
    source: "aws.ecs",
    resources: [/:service\/default\/web$/],
    detail: { eventType: "INFO", deploymentId: "ecs-svc/1", reason: "ECS deployment ecs-svc/1 in progress." },
  });
  t.match(steadyOne, {
    "detail-type": "ECS Service Action",
    detail: { eventType: "INFO", clusterArn: /:cluster\/default$/, createdAt: /Z$/, reason: undefined },
  });
  t.match(failed, { detail: { eventType: "ERROR", deploymentId: "ecs-svc/2" } });
  t.match(back, { detail: { deploymentId: "ecs-svc/1", reason: /rolling back to deploymentId ecs-svc\/1\.$/ } });

  await setHost("h1", "DRAINING");
  await setHost("h2", "DRAINING");
  const unplaced = async () =>
    (await Promise.all(told)).flat().find(({ detail }) => detail.eventName === "SERVICE_TASK_PLACEMENT_FAILURE");
  t.match(await until("the want of hosts told", unplaced, (one) => one !== undefined), {
    detail: { eventType: "ERROR", reason: "INACTIVE" },
  });
});
