/**
 * Every key of Berth's Redis, by the name that the moves know it under (`key.host .. id`). Those that end in a colon are prefixes.
 * Redis Cluster is not supported: all keys may meet in one script.
 */
export const KEYS = {
  /** string: the installation's id. */
  installation: "berth:installation",
  /** stream: the change feed. */
  feed: "berth:feed",

  /** hash: a host's declaration, what is wanted and seen of it, and its account. */
  host: "berth:host:",
  /** hash: attribute → value. */
  host_attributes: "berth:host-attributes:",
  /** hash: `tcp/8080` → task; ports of the host's own address. */
  host_ports: "berth:host-ports:",
  /** hash: group → tasks with desiredStatus RUNNING. */
  host_groups: "berth:host-groups:",
  /** set: tasks not STOPPED, or not yet cleaned up. */
  host_tasks: "berth:host-tasks:",
  /** set: ids of all hosts. */
  hosts: "berth:hosts",
  /** set: ids of a cluster's hosts. */
  cluster_hosts: "berth:cluster-hosts:",
  /** set: ids of the hosts that are slices of an engine. */
  engine_hosts: "berth:engine-hosts:",
  /** hash: `tcp/8080` → task; ports of an engine, taken in network mode host. */
  engine_ports: "berth:engine-ports:",

  /** hash: `10.42.7.130` → task; addresses in the networks that clusters have on an engine. */
  engine_addresses: "berth:engine-addresses:",

  /** string with expiry: a host's owner. */
  lease: "berth:lease:",
  /** counter: a host's epoch, which outlives lease and host. */
  epoch: "berth:epoch:",
  /** sorted set by the order they came in: control planes. */
  control_planes: "berth:control-planes",
  /** string with expiry: a control plane that lives. */
  control_plane: "berth:control-plane:",

  /** hash: a task. */
  task: "berth:task:",
  /** sorted set by createdAt: tasks of a cluster that bear a term, `CLUSTER:TERM`. */
  task_term: "berth:task-term:",
  /** sorted set by createdAt: all tasks of a cluster. */
  cluster_tasks: "berth:cluster-tasks:",
  /** sorted set by the time they stopped. */
  stopped_tasks: "berth:stopped-tasks",
  /** sorted set by createdAt: tasks of a line that wait for a host. */
  waiting_tasks: "berth:waiting-tasks:",
  /** set: lines in which tasks wait. */
  waiting_lines: "berth:waiting-lines",
  /** hash with expiry: fingerprint and tasks of a placement's cause. */
  cause: "berth:cause:",
  /** string with expiry: why a request was refused. */
  refusals: "berth:refusals:",
  /** string with expiry: the request that was refused last. */
  last_refusal: "berth:last-refusal",

  /** string with expiry: who does what is to be done by one control plane at a time. */
  duty: "berth:duty:",

  /** hash: a job, an array's parent, or a child that holds or has held a host and has not ended. */
  job: "berth:job:",
  /** counter: jobs ever submitted, for their order. */
  job_order: "berth:job-order",
  /** hash: fingerprint and job of a submission's cause. */
  job_cause: "berth:job-cause:",
  /** sorted set by order: jobs of a queue that have a status, `QUEUE:STATUS`, and all of them, `QUEUE:ALL`. */
  job_list: "berth:job-list:",
  /** sorted set by order: jobs of a queue of a name, `QUEUE:NAME`. */
  job_name: "berth:job-name:",
  /** sorted set by priority and order: what may start in a share, `QUEUE:SHARE`; an array without dependencies among its children is one entry. */
  job_share: "berth:job-share:",
  /** set: shares of a queue in which something may start. */
  job_shares: "berth:job-shares:",
  /** hash: `running SHARE`, `past SHARE` in CPU units and `at SHARE`, and `decay` in seconds, of a queue. */
  job_usage: "berth:job-usage:",
  /** hash: share → why its first job waits, of a queue. */
  job_front: "berth:job-front:",
  /** hash: entry → why it was taken out of the line, of a queue. */
  job_aside: "berth:job-aside:",
  /** string: four bits for each child of an array. */
  job_children: "berth:job-children:",
  /** hash: index → how it ended, of an array. */
  job_ended: "berth:job-ended:",
  /** set: who waits for a job or child: `job ID`, or `each ID` of an array whose children wait for its children. */
  job_dependents: "berth:job-dependents:",
  /** list: ends whose dependents are to be looked at, `ended ID`, and arrays whose children are, `each ID FROM`. */
  job_released: "berth:job-released",
  /** sorted set by time: `retry ID` and `timeout ID`. */
  job_due: "berth:job-due",
  /** set: jobs that are to be stopped and hold a host. */
  job_stopping: "berth:job-stopping",
  /** sorted set by the time they got it: jobs that hold a host. */
  job_live: "berth:job-live",
  /** sorted set by the time they ended: jobs that are no children. */
  job_finished: "berth:job-finished",

  /** hash: a document, `KIND:ID`. */
  record: "berth:record:",
  /** sorted set, all of score 0 and so in lexical order: ids of a kind. */
  record_ids: "berth:record-ids:",
  /** set: ids of a kind that bear a term, `KIND:TERM`. */
  record_term: "berth:record-term:",
  /** hash: digest → image in JSON, of a repository. */
  images: "berth:images:",
  /** hash: tag → digest, of a repository. */
  image_tags: "berth:image-tags:",
  /** hash: digest → when it was last pulled, of a repository. */
  image_pulls: "berth:image-pulls:",
  /** set: indexes that name an image, `REPOSITORY@DIGEST`. */
  image_parents: "berth:image-parents:",
  /** set: images whose subject it is, `REPOSITORY@DIGEST`. */
  image_referrers: "berth:image-referrers:",
  /** set: manifests in the blob store that no image stands for, `REPOSITORY@DIGEST`. */
  doomed_manifests: "berth:doomed-manifests",
  /** sorted set by the last time: blobs that may be part of a push under way, `REPOSITORY@DIGEST`. */
  touched_blobs: "berth:touched-blobs",
  /** sorted set by expiry: uploads and manifests on their way. */
  upload_holds: "berth:upload-holds",
  /** hash: the collection that keeps uploads waiting, and until when. */
  uploads_closed: "berth:uploads-closed",

  /** counter: the last number given after a prefix, `KIND:PREFIX`. */
  record_number: "berth:record-number:",
} as const;

/** Prefix of the queues' own keys. */
export const QUEUE_PREFIX = "berth:bull";
