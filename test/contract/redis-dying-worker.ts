import { bullQueues } from "../../src/adapters/bullmq/work-queue.ts";
import { openRedis, waitingConnection } from "../../src/adapters/redis/connect.ts";
import { QUEUE_PREFIX } from "../../src/adapters/redis/keys.ts";

// A worker that takes a wake-up and never comes to an end: the test kills this process.
const { redis } = await openRedis({ socket: process.argv[2]! }, "test-installation");
const { queues } = bullQueues({ adding: redis, working: waitingConnection(redis) }, QUEUE_PREFIX, console.error);
await queues("janitor").handle(async () => {
  process.send!("handling");
  await new Promise(() => {});
}, 1);
