import type { LogGroup } from "@aws-sdk/client-cloudwatch-logs";
import { changeRecord } from "../../kernel/change-record.ts";
import { NotBuiltError } from "../../kernel/errors.ts";
import type { Scope } from "../../kernel/scope.ts";
import { findGroup, streamNames, streamsNamed } from "../find.ts";
import { makeGroup } from "../make-group.ts";
import { InvalidParameterException, noSuchGroup, ResourceAlreadyExistsException } from "../model/errors.ts";
import { checkGroupName, groupArn, groupOfArn } from "../model/names.ts";
import { pageOf } from "../model/page.ts";
import { groupId, groupTerms, type LogGroupRecord, TERM } from "../model/records.ts";
import { checkRetention } from "../model/retention.ts";
import { MAX_TAGS, readTags } from "../model/tags.ts";
import type { LogsDeps, LogsOperations } from "../ports.ts";
import { removeStream } from "../remove-stream.ts";

type GroupOperations = LogsOperations<
  "CreateLogGroup" | "DeleteLogGroup" | "DescribeLogGroups" | "PutRetentionPolicy" | "DeleteRetentionPolicy"
>;

/** Log groups: made, deleted with all that is in them, described; how long their events are kept. */
export const logGroupOperations = (deps: LogsDeps): GroupOperations => {
  const { logGroups } = deps;
  const change = async (
    scope: Scope,
    name: string,
    decide: (group: LogGroupRecord) => LogGroupRecord,
  ): Promise<object> => {
    const id = groupId(scope, checkGroupName(name));
    if (!(await changeRecord(logGroups, id, groupTerms, decide))) throw noSuchGroup();
    return {};
  };

  return {
    async CreateLogGroup({ logGroupName, kmsKeyId, tags, logGroupClass, deletionProtectionEnabled }, caller) {
      checkGroupName(logGroupName);
      if (kmsKeyId !== undefined) throw new NotBuiltError("'kmsKeyId', encryption by a key of KMS,");
      if (deletionProtectionEnabled) throw new NotBuiltError("'deletionProtectionEnabled'");
      if (logGroupClass !== undefined && logGroupClass !== "STANDARD")
        throw new NotBuiltError(`Log group class ${logGroupClass}`);
      const read = readTags(tags);
      if (Object.keys(read).length > MAX_TAGS)
        throw new InvalidParameterException(`A log group has up to ${MAX_TAGS} tags.`);
      if (!(await makeGroup(deps, caller, logGroupName, read)))
        throw new ResourceAlreadyExistsException("The specified log group already exists");
      return {};
    },

    async DeleteLogGroup({ logGroupName }, caller) {
      const group = await findGroup(deps, checkGroupName(logGroupName), caller);
      // With its record the group is gone, and with it whatever it held: streams are found by its key only.
      if (!(await logGroups.remove(groupId(caller, logGroupName)))) throw noSuchGroup();
      for (const stream of await streamsNamed(deps, group, await streamNames(deps, group)))
        await removeStream(deps, stream);
      return {};
    },

    async DescribeLogGroups(request, caller) {
      const { logGroupNamePrefix, logGroupNamePattern, logGroupIdentifiers, logGroupClass } = request;
      if (request.includeLinkedAccounts || request.accountIdentifiers?.length)
        throw new NotBuiltError("'accountIdentifiers', groups of other accounts,");
      if (logGroupNamePrefix !== undefined && logGroupNamePattern !== undefined)
        throw new InvalidParameterException(
          "LogGroup name prefix and LogGroup name pattern are mutually exclusive parameters.",
        );
      const asked = logGroupIdentifiers?.map((one) => (one.startsWith("arn:") ? groupOfArn(one, caller) : one));
      const names = (await logGroups.find([TERM.scope(caller)]))
        .map((id) => id.slice(groupId(caller, "").length))
        .filter(
          (name) =>
            (logGroupClass ?? "STANDARD") === "STANDARD" &&
            name.startsWith(logGroupNamePrefix ?? "") &&
            name.includes(logGroupNamePattern ?? "") &&
            (asked?.includes(name) ?? true),
        );
      const { items, ...rest } = pageOf("log-groups", names, (name) => name, request, compare);
      const found = await logGroups.get(items.map((name) => groupId(caller, name)));
      return { logGroups: found.flatMap((stored) => (stored ? [asLogGroup(stored.value)] : [])), ...rest };
    },

    PutRetentionPolicy: async ({ logGroupName, retentionInDays }, caller) =>
      change(caller, logGroupName, (group) => ({ ...group, retentionInDays: checkRetention(retentionInDays) })),

    DeleteRetentionPolicy: async ({ logGroupName }, caller) =>
      change(caller, logGroupName, ({ retentionInDays: _, ...group }) => group),
  };
};

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** AWS's `arn` ends with `:*`, its `logGroupArn` does not. How many bytes a group holds is not counted, so not told. */
const asLogGroup = (group: LogGroupRecord): LogGroup => ({
  logGroupName: group.name,
  creationTime: group.createdAt,
  metricFilterCount: 0,
  arn: `${groupArn(group, group.name)}:*`,
  logGroupArn: groupArn(group, group.name),
  logGroupClass: "STANDARD",
  deletionProtectionEnabled: false,
  ...(group.retentionInDays !== undefined && { retentionInDays: group.retentionInDays }),
});
