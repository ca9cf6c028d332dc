import type { KeyValuesPair } from "@aws-sdk/client-batch";
import { ClientException } from "./errors.ts";
import type { Job } from "./job.ts";

/** A filter of ListJobs, made a question. */
export interface JobFilter {
  readonly name: string;
  matches(job: Pick<Job, "name" | "definition" | "createdAt" | "share">): boolean;
}

/** Text that may end in an asterisk. */
const isLike = (pattern: string, text: string): boolean =>
  pattern.endsWith("*") ? text.startsWith(pattern.slice(0, -1)) : text === pattern;

/** Source of the rules: `filters` of ListJobsRequest in Batch's API. */
const KINDS: Readonly<Record<string, (value: string) => JobFilter["matches"]>> = {
  JOB_NAME: (value) => (job) => isLike(value.toLowerCase(), job.name.toLowerCase()),
  JOB_DEFINITION(value) {
    if (value.startsWith("arn:")) return (job) => job.definition === value;
    return (job) => isLike(value, nameOfDefinition(job.definition));
  },
  BEFORE_CREATED_AT: (value) => (job) => job.createdAt < moment(value),
  AFTER_CREATED_AT: (value) => (job) => job.createdAt > moment(value),
  SHARE_IDENTIFIER: (value) => (job) => job.share === value,
};

/** The one filter a request may have; `undefined` without any. Throws ClientException. */
export const readFilter = (filters: readonly KeyValuesPair[]): JobFilter | undefined => {
  const [filter, ...more] = filters;
  if (!filter) return undefined;
  if (more.length > 0) throw new ClientException("Only one filter can be used at a time.");
  const { name = "", values = [] } = filter;
  const kind = Object.hasOwn(KINDS, name) ? KINDS[name] : undefined;
  if (!kind) throw new ClientException(`Filter ${name} is none of ${Object.keys(KINDS).join(", ")}.`);
  if (values.length === 0) throw new ClientException(`Filter ${name} needs a value.`);
  const questions = values.map((value) => {
    if (name.endsWith("_CREATED_AT")) moment(value);
    return kind(value);
  });
  return { name, matches: (job) => questions.some((question) => question(job)) };
};

const nameOfDefinition = (arn: string): string => arn.slice(arn.lastIndexOf("/") + 1).split(":")[0] ?? "";

const moment = (text: string): number => {
  if (!/^\d{1,15}$/.test(text)) throw new ClientException(`${text} is no time in milliseconds since 1970.`);
  return Number(text);
};
