import type { Scope } from "../kernel/scope.ts";
import { groupId, groupTerms, type LogGroupRecord } from "./model/records.ts";
import type { Tags } from "./model/tags.ts";
import type { LogsDeps } from "./ports.ts";

/** Makes a group; `false` where there is one of that name. */
export const makeGroup = async (
  { logGroups, clock, random }: Pick<LogsDeps, "logGroups" | "clock" | "random">,
  { account, region }: Scope,
  name: string,
  tags: Tags,
  retention: Pick<LogGroupRecord, "retentionInDays"> = {},
): Promise<boolean> => {
  const made = { key: random.hex(16), createdAt: clock.now() };
  const group: LogGroupRecord = { account, region, name, ...made, tags, ...retention };
  return (await logGroups.create(groupId(group, name), group, groupTerms(group))) !== undefined;
};
