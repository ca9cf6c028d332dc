import type { Scope } from "../../kernel/scope.ts";
import { scopeKey } from "../../kernel/scope.ts";

/** A log group as it is kept. Times are milliseconds since 1970. */
export interface LogGroupRecord extends Scope {
  readonly name: string;
  /** Drawn anew whenever a group is made: streams of a deleted group of the same name are not this one's. */
  readonly key: string;
  readonly createdAt: number;
  /** Absent: events never expire. */
  readonly retentionInDays?: number;
  readonly tags: Readonly<Record<string, string>>;
}

/** The container whose output is a stream's. */
export interface OutputSource {
  readonly task: string;
  readonly container: string;
}

/** A log stream as it is kept; its events are in files. */
export interface LogStreamRecord {
  /** Key of the group. */
  readonly group: string;
  readonly name: string;
  /** Names the stream's own files; drawn anew like the group's. */
  readonly key: string;
  readonly createdAt: number;
  /** Output that is read where the fleet keeps it, beside the events that were put. */
  readonly source?: OutputSource;
}

export const groupId = (scope: Scope, name: string): string => `${scopeKey(scope)}/${name}`;
export const streamId = (groupKey: string, name: string): string => `${groupKey}:${name}`;
export const nameOfStreamId = (id: string): string => id.slice(id.indexOf(":") + 1);

export const TERM = {
  scope: (scope: Scope): string => `scope:${scopeKey(scope)}`,
  group: (key: string): string => `group:${key}`,
  task: (task: string): string => `task:${task}`,
} as const;

export const groupTerms = (group: Scope): string[] => [TERM.scope(group)];

export const streamTerms = ({ group, source }: Pick<LogStreamRecord, "group" | "source">): string[] => [
  TERM.group(group),
  ...(source ? [TERM.task(source.task)] : []),
];
