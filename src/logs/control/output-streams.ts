import { clusterParts, OutputRefusedError, type OutputStreams, type StartingContainer } from "../../fleet/index.ts";
import { changeRecord } from "../../kernel/change-record.ts";
import { makeGroup } from "../make-group.ts";
import { checkGroupName, checkStreamName } from "../model/names.ts";
import { groupId, type LogGroupRecord, type LogStreamRecord, streamId, streamTerms, TERM } from "../model/records.ts";
import type { LogsDeps } from "../ports.ts";

/** Groups of a service of AWS's, such as /aws/batch/job, are made unasked: so they do not grow for ever. Jobs are kept as long. */
const SERVICE_DAYS = 7;

/** Docker's words when its awslogs driver cannot make the stream. */
const REFUSED =
  "Error response from daemon: failed to initialize logging driver: failed to create Cloudwatch log stream";

/** `prefix/container/task`, and without a prefix what Docker names a stream of its own accord: the container's id. */
const streamNameOf = ({ task, container, runtimeId, to }: StartingContainer): string =>
  to.streamPrefix === undefined ? runtimeId : `${to.streamPrefix}/${container}/${task}`;

/** The awslogs driver: a stream for each container that starts, over the output that the fleet keeps anyway. */
export const outputStreams = (deps: Pick<LogsDeps, "logGroups" | "logStreams" | "clock" | "random">): OutputStreams => {
  const groupOf = async ({ cluster, to }: StartingContainer): Promise<LogGroupRecord> => {
    const scope = { account: clusterParts(cluster).account, region: to.region };
    const id = groupId(scope, to.group);
    const [found] = await deps.logGroups.get([id]);
    if (found) return found.value;
    if (!to.createGroup)
      throw new OutputRefusedError(
        `${REFUSED}: ResourceNotFoundException: The specified log group does not exist. (group ${to.group} in ${to.region})`,
      );
    await makeGroup(deps, scope, to.group, {}, to.group.startsWith("/aws/") ? { retentionInDays: SERVICE_DAYS } : {});
    const [made] = await deps.logGroups.get([id]);
    if (!made) throw new Error(`log group ${to.group} was removed while it was made`);
    return made.value;
  };

  return {
    async open(starting) {
      const name = streamNameOf(starting);
      checkNames(starting.to.group, name);
      const group = await groupOf(starting);
      const id = streamId(group.key, name);
      const source = { task: starting.task, container: starting.container };
      const stream: LogStreamRecord = {
        group: group.key,
        name,
        key: deps.random.hex(16),
        createdAt: deps.clock.now(),
        source,
      };
      if (await deps.logStreams.create(id, stream, streamTerms(stream))) return;
      // It was made before: by an earlier try of this start, or by a user, whose events stay in it.
      await changeRecord(deps.logStreams, id, streamTerms, (known) =>
        known.source?.task === source.task ? known : { ...known, source },
      );
    },

    async kept(tasks) {
      const kept = new Set<(typeof tasks)[number]>();
      for (const task of tasks) if ((await deps.logStreams.find([TERM.task(task)])).length > 0) kept.add(task);
      return kept;
    },
  };
};

const checkNames = (group: string, stream: string): void => {
  try {
    checkGroupName(group);
    checkStreamName(stream);
  } catch (error) {
    throw new OutputRefusedError(`${REFUSED}: InvalidParameterException: ${(error as Error).message}`);
  }
};
