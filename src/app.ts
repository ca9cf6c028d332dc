import { readFile } from "node:fs/promises";
import type { FastifyBaseLogger } from "fastify";
import { folderBuckets } from "./adapters/files/buckets.ts";
import { dutyStore } from "./adapters/redis/duties.ts";
import { startFeedRelay } from "./adapters/redis/feed-relay.ts";
import { adminOperations, census, WEBHOOK_QUEUE, webhookDeliverer } from "./admin/index.ts";
import { batchParts } from "./app/batch-parts.ts";
import { keyHolder } from "./app/credentials.ts";
import { ecsParts } from "./app/ecs-parts.ts";
import { fleetParts } from "./app/fleet-parts.ts";
import { healthOf } from "./app/health.ts";
import { logsParts } from "./app/logs-parts.ts";
import { poolKeeper } from "./app/pool-keeper.ts";
import { postJson } from "./app/post.ts";
import { openRegistryDoors, type RegistryDoors } from "./app/registry-doors.ts";
import { registryParts } from "./app/registry-parts.ts";
import { reloadForCallers } from "./app/reload.ts";
import { secretsParts } from "./app/secrets-parts.ts";
import { toEventBridge } from "./app/state-events.ts";
import { openStores } from "./app/store-parts.ts";
import { countedFleet, tallyChanges } from "./app/tally-changes.ts";
import { taskDoor } from "./app/task-door.ts";
import { webhookRoutes } from "./app/webhook-routes.ts";
import { batchLoops, batchRoutes, batchWing, CRON_QUEUE } from "./batch/index.ts";
import { credentials, installationId } from "./config/installation.ts";
import { type Config, ConfigError } from "./config.ts";
import { ecrRoutes } from "./ecr/index.ts";
import { ecsLoops, ecsRoutes, ecsWing, fargateOwnOperations, launchLookups, reclaimSpot } from "./ecs/index.ts";
import { compareWithEngines } from "./fleet/control/compare-with-engines.ts";
import { createFleet } from "./fleet/control/create-fleet.ts";
import { ownHosts } from "./fleet/control/host-owner.ts";
import { hostRun } from "./fleet/control/host-run.ts";
import { forgetStoppedTasks } from "./fleet/control/janitor.ts";
import { keepPlacing } from "./fleet/control/keep-placing.ts";
import type { TaskId } from "./fleet/index.ts";
import { type AwsOptions, awsPlugin } from "./http/aws/plugin.ts";
import { eventOperations } from "./http/events/operations.ts";
import { makeMetrics } from "./http/metrics.ts";
import { serveProbes } from "./http/probes.ts";
import { docsPlugin } from "./http/rest/docs.ts";
import { restPlugin } from "./http/rest/plugin.ts";
import { makeServer } from "./http/server.ts";
import { systemClock } from "./kernel/clock.ts";
import { armFailpoints } from "./kernel/failpoints.ts";
import { systemRandom } from "./kernel/random.ts";
import { logsRoutes } from "./logs/index.ts";
import { parameterRoutes, secretRoutes } from "./secrets/index.ts";
import { stsWing } from "./sts/index.ts";

const BODY_LIMIT_BYTES = 1024 * 1024;
/** UploadLayerPart's 20 MiB in base64, and room for the rest. */
const AWS_BODY_LIMIT_BYTES = 30 * 1024 * 1024;
const JANITOR_EVERY_MS = 60_000;
/** A host of the last control plane is taken over once its lease has run out; then it is connected. */
const HOSTS_READY_WITHIN_MS = 10_000;

/** A control plane that serves, until it is closed. */
export interface App {
  close(): Promise<void>;
}

/** The whole of Berth, wired by hand. Resolves once it listens; throws ConfigError, StoreRefusedError or the listener's error. */
export const startApp = async (
  config: Config,
  readAgain: () => Promise<Config>,
  log: FastifyBaseLogger,
  exit: () => void,
): Promise<App> => {
  const installation = await installationId(config.home);
  const keys = await credentials(config.home);
  const owner = systemRandom.hex(12);
  const scope = { account: config.account, region: config.region };
  const stores = await openStores(config, installation, log);
  const failpoints = armFailpoints(config.failpoints, exit);
  const registry = registryParts(config, stores, keys.secretAccessKey, log, (figures) =>
    metrics.tallies.collected(figures),
  );
  const { ecr, ownImages } = registry;
  const { listeners } = stores;
  const secrets = await secretsParts(config.home, stores);
  const logging = logsParts(config, owner, stores, log);
  const { outputs } = logging;
  const door = taskDoor(installation, log, systemRandom.uuid);
  const parts = fleetParts(config, { installation, secret: keys.secretAccessKey }, owner, stores.store, {
    log,
    failpoints,
    listeners,
    ownImages,
    outputs,
    doors: door.doors,
    lookups: launchLookups(secrets.values, folderBuckets(config.buckets)),
  });
  const metrics = makeMetrics(async () => census(await parts.hosts.list()));
  const fleet = countedFleet(createFleet(parts), metrics.tallies);

  const { spotNoticeSeconds, spotInterruptionsPerHour } = config.fargate;
  const spot = { noticeSeconds: spotNoticeSeconds, interruptionsPerHour: spotInterruptionsPerHour };
  const ecs = ecsWing({ ...stores, fleet, clock: systemClock, limits: config.allow });
  const batch = batchWing({
    ...stores,
    fleet,
    cronQueue: stores.queues(CRON_QUEUE),
    clock: systemClock,
    random: systemRandom,
    settings: config.batch,
    limits: config.allow,
  });
  const logs = logging.wing(fleet);
  const sts = stsWing();
  const ensureCluster = (name: string) => ecs.ensureCluster(scope, name);
  const pool = poolKeeper({ ...parts, installation, readConfig: readAgain, ensureCluster });
  const asEvent = toEventBridge({ fleet, jobEvent: batch.stateChangeEvent, serviceEvents: ecs.serviceEvents });
  const ours = [
    ...adminOperations({
      ...parts,
      ...stores,
      fleet,
      reload: reloadForCallers(pool.reload),
      ledgerDifferences: async () => [...(await stores.ledgerDifferences()), ...(await compareWithEngines(parts))],
    }),
    ...batch.operations,
    ...fargateOwnOperations({ ...stores, fleet, clock: systemClock, spot }),
    ...ecs.own,
    ...ecr.own,
    ...eventOperations(stores.feed, asEvent),
  ];
  const rest = {
    services: [
      { name: "ecs", ...ecs, routes: ecsRoutes },
      { name: "batch", ...batch, routes: batchRoutes },
      { name: "ecr", ...ecr, routes: ecrRoutes },
      { name: "logs", ...logs, routes: logsRoutes },
      { name: "ssm", ...secrets.parameterStore, routes: parameterRoutes },
      { name: "secretsmanager", ...secrets.secretsManager, routes: secretRoutes },
      { name: "sts", ...sts, routes: [] },
    ],
    operations: ours,
    version: await version(),
  };

  const isRunning = async (id: TaskId): Promise<boolean> => {
    const [task] = await fleet.tasks([id]);
    return task !== undefined && task.observed.status !== "STOPPED";
  };
  const server = makeServer({ requestId: systemRandom.uuid, bodyLimitBytes: BODY_LIMIT_BYTES, log });
  serveProbes(server, {
    health: () =>
      healthOf({
        version: rest.version,
        installation,
        pingStore: stores.ping,
        hosts: parts.hosts,
        pingRegistry: registry.distribution.ping,
      }),
    metrics,
    apiToken: keys.apiToken,
  });
  await server.register(restPlugin, { ...rest, prefix: "/api", apiToken: keys.apiToken, defaults: scope });
  await server.register(docsPlugin, rest);
  const aws: AwsOptions = {
    services: [ecs, ecr, batch, logs, secrets.parameterStore, secrets.secretsManager, sts],
    ...scope,
    auth: config.auth,
    credentials: keyHolder(keys, config.account, isRunning),
    clock: systemClock,
    newRequestId: systemRandom.uuid,
    bodyLimitBytes: AWS_BODY_LIMIT_BYTES,
  };
  await server.register(awsPlugin(aws));
  await door.serve({ ...parts, fleet }, keys.secretAccessKey, aws);

  const ending = new AbortController();
  const untally = tallyChanges(stores.listeners, fleet, metrics.tallies);
  await ensureCluster("default");
  await batch.ensureDefaults(scope);
  for (const warning of (await pool.reload()).warnings) log.warn(warning);
  const jobs = batchLoops(batchParts(config, stores, parts, fleet));
  const services = ecsLoops(ecsParts(config, stores, parts, fleet));
  const loops = [
    ownHosts(parts, hostRun(parts), ending.signal),
    pool.keep(ending.signal),
    keepPlacing({ ...parts, duties: dutyStore(stores.store) }, ending.signal),
    registry.seed(ending.signal),
    ecr.keep(ending.signal),
    jobs.run(ending.signal),
    services.run(ending.signal),
  ];

  const webhookQueue = stores.queues(WEBHOOK_QUEUE);
  const deliver = webhookDeliverer({
    webhooks: stores.webhooks,
    queue: webhookQueue,
    toEventBridge: asEvent,
    post: postJson,
  });
  await webhookQueue.handle(deliver, 8);
  await batch.keepCrons();
  await logs.keep();
  await stores.queues("janitor").handle(async () => {
    // Tried again at the next round; the queue itself tells nobody of a handler that threw.
    const sweeps = [
      () => forgetStoppedTasks(parts),
      ecs.sweeps.forgetDeletedTaskDefinitions,
      services.forgetInactiveServices,
      jobs.forgetEndedJobs,
      secrets.sweeps.forgetDeletedSecrets,
      () => reclaimSpot({ ...stores, fleet, random: systemRandom, spot }, JANITOR_EVERY_MS),
    ];
    for (const sweep of sweeps)
      await sweep().catch((error: unknown) =>
        log.warn({ err: error }, "a sweep failed, comes again at the next round"),
      );
  }, 1);
  await stores.queues("janitor").every("sweep", JANITOR_EVERY_MS);
  const relay = await startFeedRelay(stores.store, webhookRoutes(stores.webhooks), stores.queues, {
    consumer: owner,
    onError: (error) => log.warn({ err: error }, "the relay tries again"),
  });

  let doors: RegistryDoors | undefined;
  const app: App = {
    async close() {
      await Promise.all([server.close(), doors?.close(), door.close()]);
      ending.abort();
      await Promise.all(loops);
      untally();
      await relay.close();
      await stores.close();
      await parts.engines.close();
      registry.distribution.close();
    },
  };
  try {
    // Images can be pushed before there is a host to run them.
    doors = await openRegistryDoors(config, { rules: ecr.rules, shelf: ecr.shelf, failpoints, log });
    await hostsReady(parts, pool.answering, ending.signal);
    await server.listen({ host: "127.0.0.1", port: config.apiPort });
  } catch (error) {
    // It owns hosts by now: another control plane need not wait for their leases to run out.
    await app.close();
    throw (error as NodeJS.ErrnoException).code === "EADDRINUSE" ? portTaken(config.apiPort) : error;
  }
  return app;
};

const portTaken = (port: number): ConfigError =>
  new ConfigError([{ where: "BERTH_PORT", what: `port ${port} is taken by another program: choose another` }]);

/** Whoever starts Berth wants to run a task next: hosts whose engine answers are connected first, if that does not take too long. */
const hostsReady = async (
  { hosts, timers, clock }: Pick<ReturnType<typeof fleetParts>, "hosts" | "timers" | "clock">,
  answering: () => ReadonlySet<string>,
  signal: AbortSignal,
): Promise<void> => {
  const until = clock.now() + HOSTS_READY_WITHIN_MS;
  for (;;) {
    const waiting = (await hosts.list()).some(
      (host) => host.health !== "CONNECTED" && answering().has(host.engine.docker),
    );
    if (!waiting || clock.now() >= until || !(await timers.wait(50, signal))) return;
  }
};

const version = async (): Promise<string> => {
  const text = await readFile(new URL("../package.json", import.meta.url), "utf8");
  return (JSON.parse(text) as { version: string }).version;
};
