import type { JobDefinition } from "@aws-sdk/client-batch";
import { changeRecord } from "../../kernel/change-record.ts";
import { pageOf } from "../../kernel/page.ts";
import type { Stored } from "../../kernel/records.ts";
import type { Scope } from "../../kernel/scope.ts";
import { ClientException } from "../model/errors.ts";
import type { JobDefinitionRecord } from "../model/job-definition.ts";
import { definitionReference, resourceArn } from "../model/names.ts";
import { definitionId, definitionPrefix, revisionOfId, TERM } from "../model/store-keys.ts";
import { definitionTerms } from "../model/terms.ts";
import { readDefinition } from "../model/validate-definition.ts";
import type { BatchDeps, BatchOperations } from "./deps.ts";

/** A definition with its number. */
interface JobDefinitionRevision extends JobDefinitionRecord {
  readonly revision: number;
}

type DefinitionOperations = BatchOperations<
  "RegisterJobDefinition" | "DeregisterJobDefinition" | "DescribeJobDefinitions"
>;

const MAX_DESCRIBED = 100;

/** Job definitions: revisions of a name, INACTIVE once deregistered. */
export const jobDefinitionOperations = (deps: BatchDeps): DefinitionOperations => {
  const { jobDefinitions, settings } = deps;
  return {
    async RegisterJobDefinition(request, caller) {
      const { account, region } = caller;
      const record: JobDefinitionRecord = {
        account,
        region,
        status: "ACTIVE",
        registeredAt: deps.clock.now(),
        ...readDefinition(request, settings.minimumAttemptDurationSeconds),
      };
      const { number } = await jobDefinitions.createNext(
        definitionPrefix(caller, record.name),
        record,
        definitionTerms(record),
      );
      const jobDefinitionArn = resourceArn(caller, "job-definition", `${record.name}:${number}`);
      return { jobDefinitionName: record.name, jobDefinitionArn, revision: number };
    },

    async DeregisterJobDefinition({ jobDefinition }, caller) {
      const reference = definitionReference(jobDefinition, caller);
      if (!reference) throw new ClientException(`${jobDefinition} is no name:revision or ARN of a job definition.`);
      if (reference.revision === undefined)
        throw new ClientException(
          "Error executing request, Exception : a job definition to be deregistered has a revision.",
        );
      await changeRecord(
        jobDefinitions,
        definitionId(caller, reference.name, reference.revision),
        definitionTerms,
        (now): JobDefinitionRecord => (now.status === "INACTIVE" ? now : { ...now, status: "INACTIVE" }),
      );
      // As AWS answers: of one that never was, nothing is told.
      return {};
    },

    async DescribeJobDefinitions({ jobDefinitions: texts, jobDefinitionName, status, ...page }, caller) {
      if (texts?.length) {
        if (texts.length > MAX_DESCRIBED)
          throw new ClientException(`At most ${MAX_DESCRIBED} job definitions can be described at once.`);
        const found = await Promise.all(texts.map((text) => revisionsNamed(text, caller)));
        return { jobDefinitions: found.flat().map(asDetail) };
      }
      const ids = (await jobDefinitions.find([termOf(caller, jobDefinitionName, status)])).sort(latestFirst);
      const { items, ...rest } = pageOf("job-definition", ids, (id) => id, page, refuse, { compare: latestFirst });
      return { jobDefinitions: (await jobDefinitions.get(items)).flatMap(asRevisions).map(asDetail), ...rest };
    },
  };

  /** The revision a text names, or all of a name without one. */
  async function revisionsNamed(text: string, scope: Scope): Promise<JobDefinitionRevision[]> {
    const reference = definitionReference(text, scope);
    if (!reference) return [];
    const { name, revision } = reference;
    const ids =
      revision === undefined
        ? (await jobDefinitions.find([TERM.definitionOfName(scope, name)])).sort(latestFirst)
        : [definitionId(scope, name, revision)];
    return (await jobDefinitions.get(ids)).flatMap(asRevisions);
  }
};

const refuse = (words: string): ClientException => new ClientException(words);

const termOf = (scope: Scope, name: string | undefined, status: string | undefined): string => {
  if (name) return status ? TERM.definitionOfNameStatus(scope, name, status) : TERM.definitionOfName(scope, name);
  return status ? TERM.definitionStatus(scope, status) : TERM.scope(scope);
};

/** By name, and of one name the latest revision first. */
const latestFirst = (a: string, b: string): number => {
  const [one, other] = [a.slice(0, a.lastIndexOf(":")), b.slice(0, b.lastIndexOf(":"))];
  return one < other ? -1 : one > other ? 1 : revisionOfId(b) - revisionOfId(a);
};

const asRevisions = (stored: Stored<JobDefinitionRecord> | undefined): JobDefinitionRevision[] =>
  stored ? [{ ...stored.value, revision: revisionOfId(stored.id) }] : [];

const asDetail = ({ members, ...definition }: JobDefinitionRevision): JobDefinition => ({
  ...members,
  jobDefinitionName: definition.name,
  jobDefinitionArn: resourceArn(definition, "job-definition", `${definition.name}:${definition.revision}`),
  revision: definition.revision,
  status: definition.status,
  type: members.type ?? "container",
  containerOrchestrationType: "ECS",
  tags: { ...definition.tags },
});
