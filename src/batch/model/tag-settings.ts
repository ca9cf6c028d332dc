import type { ComputeEnvironmentRecord } from "./compute-environment.ts";
import { ClientException } from "./errors.ts";
import type { JobQueueRecord } from "./job-queue.ts";
import type { Tags } from "./tags.ts";

/** The tag that names the ECS cluster whose hosts an environment is. */
export const CLUSTER_TAG = "berth:cluster";
/** The tag of a queue that says whether its jobs may overtake one that waits for room: `true` or `false`. */
const BACKFILL_TAG = "berth:backfill";

/** What an installation has where tags say nothing else. */
export interface TagDefaults {
  readonly cluster: string;
  readonly backfill: boolean;
}

/** The tags of an environment, and what they settle. Throws ClientException. */
export const environmentTags = (
  tags: Tags,
  defaults: TagDefaults,
): Pick<ComputeEnvironmentRecord, "tags" | "cluster"> => {
  const cluster = tags[CLUSTER_TAG] ?? defaults.cluster;
  if (!/^[A-Za-z0-9_-]{1,255}$/.test(cluster))
    throw new ClientException(`The tag ${CLUSTER_TAG} must be the name of an ECS cluster, but was '${cluster}'.`);
  return { tags, cluster };
};

/** The tags of a queue, and what they settle. Throws ClientException. */
export const queueTags = (tags: Tags, defaults: TagDefaults): Pick<JobQueueRecord, "tags" | "backfill"> => {
  const said = tags[BACKFILL_TAG];
  if (said !== undefined && said !== "true" && said !== "false")
    throw new ClientException(`The tag ${BACKFILL_TAG} must be true or false, but was '${said}'.`);
  return { tags, backfill: said === undefined ? defaults.backfill : said === "true" };
};
