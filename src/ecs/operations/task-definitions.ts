import type { Failure, TaskDefinition } from "@aws-sdk/client-ecs";
import { changeRecord } from "../../kernel/change-record.ts";
import type { Scope } from "../../kernel/scope.ts";
import { ClientException, InvalidParameterException } from "../model/errors.ts";
import { taskDefinitionArn, taskDefinitionReference } from "../model/identifiers.ts";
import { pageOf } from "../model/page.ts";
import type { TaskDefinitionRecord, TaskDefinitionRevision } from "../model/records.ts";
import {
  arnOf,
  asRevision,
  familyPrefix,
  partsOfId,
  revisionId,
  TASK_DEFINITION_TERM,
  taskDefinitionTerms,
} from "../model/store-keys.ts";
import { asTagList, readTags } from "../model/tags.ts";
import { withDefaults } from "../model/task-definition.ts";
import { validateTaskDefinition } from "../model/validate-task-definition.ts";
import type { EcsDeps, EcsOperations } from "../ports.ts";
import { asEcsTaskDefinition } from "./as-ecs-task-definition.ts";
import { lookUpTaskDefinition } from "./find-task-definition.ts";

type TaskDefinitionOperations = EcsOperations<
  | "RegisterTaskDefinition"
  | "DeregisterTaskDefinition"
  | "DescribeTaskDefinition"
  | "DeleteTaskDefinitions"
  | "ListTaskDefinitions"
  | "ListTaskDefinitionFamilies"
>;

const MAX_DELETED = 10;
const NO_SUCH =
  "The specified task definition does not exist. Specify a valid account, family, revision and try again.";

/** Task definitions: a family's revisions are registered, deregistered (INACTIVE), and deleted when no task uses them. */
export const taskDefinitionOperations = (deps: EcsDeps): TaskDefinitionOperations => {
  const { taskDefinitions, clock } = deps;

  /** Changes the revision that a text names; `undefined` where there is none. Throws ClientException without a revision. */
  const change = async (
    text: string,
    scope: Scope,
    decide: (now: TaskDefinitionRecord) => TaskDefinitionRecord,
  ): Promise<TaskDefinitionRevision | undefined> => {
    const reference = taskDefinitionReference(text, scope);
    if (!reference) return undefined;
    const { family, revision } = reference;
    if (revision === undefined) throw new ClientException("Revision is missing.");
    const changed = await changeRecord(
      taskDefinitions,
      revisionId(scope, family, revision),
      taskDefinitionTerms,
      decide,
    );
    return changed && { ...changed, revision };
  };

  return {
    async RegisterTaskDefinition(request, caller) {
      validateTaskDefinition(request);
      const { family } = request;
      const { account, region, principal } = caller;
      const record: TaskDefinitionRecord = {
        account,
        region,
        family,
        status: "ACTIVE",
        members: withDefaults(request),
        tags: readTags(request.tags),
        registeredAt: clock.now(),
        registeredBy: principal,
      };
      const stored = await taskDefinitions.createNext(
        familyPrefix(caller, family),
        record,
        taskDefinitionTerms(record),
      );
      return { taskDefinition: asEcsTaskDefinition(asRevision(stored)), tags: asTagList(record.tags) };
    },

    async DescribeTaskDefinition({ taskDefinition, include = [] }, caller) {
      const definition = await lookUpTaskDefinition(deps, taskDefinition, caller);
      if (!definition) throw new ClientException("Unable to describe task definition.");
      return {
        taskDefinition: asEcsTaskDefinition(definition),
        ...(include.includes("TAGS") ? { tags: asTagList(definition.tags) } : {}),
      };
    },

    async DeregisterTaskDefinition({ taskDefinition }, caller) {
      const definition = await change(taskDefinition, caller, (now) =>
        now.status === "ACTIVE" ? { ...now, status: "INACTIVE", deregisteredAt: clock.now() } : now,
      );
      if (!definition) throw new ClientException(NO_SUCH);
      return { taskDefinition: asEcsTaskDefinition(definition) };
    },

    async DeleteTaskDefinitions({ taskDefinitions: texts }, caller) {
      if (texts.length < 1 || texts.length > MAX_DELETED)
        throw new InvalidParameterException(`Between 1 and ${MAX_DELETED} task definitions can be deleted at once.`);
      const deleted: TaskDefinition[] = [];
      const failures: Failure[] = [];
      for (const text of texts) {
        const definition = await change(text, caller, (now) =>
          now.status === "INACTIVE" ? { ...now, status: "DELETE_IN_PROGRESS", deleteRequestedAt: clock.now() } : now,
        );
        if (definition && definition.status !== "ACTIVE") deleted.push(asEcsTaskDefinition(definition));
        else failures.push(deletionFailure(text, definition, caller));
      }
      return { taskDefinitions: deleted, failures };
    },

    async ListTaskDefinitions({ familyPrefix: family, status = "ACTIVE", sort = "ASC", ...page }, caller) {
      const term = family
        ? TASK_DEFINITION_TERM.familyStatus(caller, family, status)
        : TASK_DEFINITION_TERM.scopeStatus(caller, status);
      const compare = sort === "DESC" ? (a: string, b: string) => byFamily(b, a) : byFamily;
      const ids = (await taskDefinitions.find([term])).sort(compare);
      const { items, ...rest } = pageOf(`task-definitions ${sort}`, ids, (id) => id, page, { compare });
      return {
        taskDefinitionArns: items.map((id) => taskDefinitionArn(caller, partsOfId(id).family, partsOfId(id).revision)),
        ...rest,
      };
    },

    async ListTaskDefinitionFamilies({ familyPrefix: prefix = "", status = "ALL", ...page }, caller) {
      const [all, active] = await Promise.all([
        familiesOf(TASK_DEFINITION_TERM.scope(caller)),
        familiesOf(TASK_DEFINITION_TERM.scopeStatus(caller, "ACTIVE")),
      ]);
      const listed = [...all].filter(
        (family) => family.startsWith(prefix) && (status === "ALL" || active.has(family) === (status === "ACTIVE")),
      );
      const { items, ...rest } = pageOf("families", listed.sort(), (family) => family, page, { compare: byText });
      return { families: items, ...rest };
    },
  };

  async function familiesOf(term: string): Promise<Set<string>> {
    return new Set((await taskDefinitions.find([term])).map((id) => partsOfId(id).family));
  }
};

const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

const byFamily = (a: string, b: string): number => {
  const [one, other] = [partsOfId(a), partsOfId(b)];
  return byText(one.family, other.family) || one.revision - other.revision;
};

const deletionFailure = (text: string, found: TaskDefinitionRevision | undefined, scope: Scope): Failure => {
  const reference = taskDefinitionReference(text, scope);
  if (found)
    return {
      arn: arnOf(found),
      reason: "The specified task definition is still in ACTIVE status. Please deregister the target and try again.",
    };
  const arn = reference ? taskDefinitionArn(scope, reference.family, reference.revision ?? 0) : text;
  return { arn, reason: NO_SUCH };
};
