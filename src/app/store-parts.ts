import { bullQueues } from "../adapters/bullmq/work-queue.ts";
import { changeFeed } from "../adapters/redis/change-feed.ts";
import { changeListeners } from "../adapters/redis/change-listeners.ts";
import { openRedis, waitingConnection } from "../adapters/redis/connect.ts";
import { jobStore } from "../adapters/redis/job-store.ts";
import { ledgerDifferences } from "../adapters/redis/ledger-check.ts";
import { recordStore } from "../adapters/redis/record-store.ts";
import { redisStore } from "../adapters/redis/store.ts";
import type { Webhook } from "../admin/index.ts";
import type {
  ComputeEnvironmentRecord,
  CronRecord,
  JobDefinitionRecord,
  JobQueueRecord,
  SchedulingPolicyRecord,
} from "../batch/index.ts";
import { makeStateMark, stateMark } from "../config/state-mark.ts";
import type { Config } from "../config.ts";
import type {
  AccountSettingRecord,
  CapacityProviderRecord,
  ClusterRecord,
  ServiceRecord,
  TaskDefinitionRecord,
} from "../ecs/index.ts";
import { systemClock } from "../kernel/clock.ts";
import type { Log } from "../kernel/log.ts";
import type { LogGroupRecord, LogStreamRecord } from "../logs/index.ts";
import type { ParameterRecord, SecretRecord } from "../secrets/index.ts";

/** Everything kept in Redis, opened; throws StoreRefusedError for one that may not be used. */
export const openStores = async (config: Config, installation: string, log: Log) => {
  const address = config.redis.url === undefined ? { socket: config.redisSocket } : { url: config.redis.url };
  const mark = await stateMark(config.home);
  const opened = await openRedis(
    address,
    installation,
    mark.since === undefined ? undefined : { ...mark, since: mark.since },
  );
  await makeStateMark(mark, systemClock.now());
  const store = redisStore(opened.redis, systemClock);
  const feed = changeFeed(store);
  const listeners = await changeListeners(feed, (error) => log.error({ err: error }, "a listener of the feed failed"));
  const working = waitingConnection(opened.redis);
  const bull = bullQueues({ adding: opened.redis, working }, "berth:bull", (error) =>
    log.debug({ err: error }, "a queue lost its connection"),
  );
  return {
    durability: opened.durability,
    store,
    feed,
    listeners,
    queues: bull.queues,
    ping: () => opened.redis.ping(),
    clusters: recordStore<ClusterRecord>(store, "cluster"),
    capacityProviders: recordStore<CapacityProviderRecord>(store, "capacity-provider"),
    taskDefinitions: recordStore<TaskDefinitionRecord>(store, "task-definition"),
    services: recordStore<ServiceRecord>(store, "service"),
    accountSettings: recordStore<AccountSettingRecord>(store, "account-setting"),
    computeEnvironments: recordStore<ComputeEnvironmentRecord>(store, "compute-environment"),
    jobQueues: recordStore<JobQueueRecord>(store, "job-queue"),
    schedulingPolicies: recordStore<SchedulingPolicyRecord>(store, "scheduling-policy"),
    jobDefinitions: recordStore<JobDefinitionRecord>(store, "job-definition"),
    crons: recordStore<CronRecord>(store, "cron"),
    jobs: jobStore(store),
    logGroups: recordStore<LogGroupRecord>(store, "log-group"),
    logStreams: recordStore<LogStreamRecord>(store, "log-stream"),
    parameters: recordStore<ParameterRecord>(store, "parameter"),
    secrets: recordStore<SecretRecord>(store, "secret"),
    webhooks: recordStore<Webhook>(store, "webhook"),
    ledgerDifferences: () => ledgerDifferences(store),
    async close() {
      await listeners.close();
      await bull.close();
      working.disconnect();
      await opened.close();
    },
  };
};
