import { NotBuiltError } from "../../kernel/errors.ts";
import { type InvalidParameterException, invalidParameter } from "./errors.ts";
import type { LifecycleRule, Limit, Selection } from "./lifecycle-policy.ts";
import { integerOf, listOf, objectOf, textOf, textsOf, wordOf } from "./policy-members.ts";

const MAX_RULES = 50;
const MAX_TAGS = 10;
const MAX_WILDCARDS = 4;

const failure = (words: string): InvalidParameterException =>
  invalidParameter("LifecyclePolicyText", `Lifecycle policy validation failure: ${words}`);

/**
 * A lifecycle policy's rules, by priority. Throws InvalidParameterException in ECR's words, and NotBuiltError for archiving (`transition`,
 * `storageClass`), which Berth has no storage for. Grammar: ECR's user guide, "Lifecycle policy properties".
 */
export const readLifecyclePolicy = (text: string): readonly LifecycleRule[] => {
  if (text.length < 100) throw invalidParameter("lifecyclePolicyText", "must have length greater than or equal to 100");
  if (text.length > 30_720)
    throw invalidParameter("lifecyclePolicyText", "must have length less than or equal to 30720");
  const policy = objectOf(jsonIn(text), "the policy", ["rules"], ["rules"], failure);
  const rules = listOf(policy.rules, "rules", 1, MAX_RULES, failure).map(ruleOf);
  return checkedTogether(rules.sort((a, b) => a.priority - b.priority));
};

const jsonIn = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    throw failure("the policy is no JSON");
  }
};

const ruleOf = (value: unknown, index: number): LifecycleRule => {
  const at = `rules[${index}]`;
  const known = ["rulePriority", "description", "selection", "action"];
  const rule = objectOf(value, at, known, ["rulePriority", "selection", "action"], failure);
  if (rule.description !== undefined) textOf(rule.description, `${at}.description`, failure);
  const action = objectOf(rule.action, `${at}.action`, ["type", "targetStorageClass"], ["type"], failure);
  if (wordOf(action.type, `${at}.action.type`, ["expire", "transition"], failure) === "transition")
    throw new NotBuiltError("The lifecycle action transition");
  if (action.targetStorageClass !== undefined)
    throw failure(`${at}.action.targetStorageClass is allowed with the type transition only`);
  return {
    priority: integerOf(rule.rulePriority, `${at}.rulePriority`, 1, failure),
    ...selectionOf(rule.selection, `${at}.selection`),
  };
};

const selectionOf = (value: unknown, at: string): Pick<LifecycleRule, "selection" | "limit"> => {
  const known = [
    "tagStatus",
    "tagPrefixList",
    "tagPatternList",
    "storageClass",
    "countType",
    "countUnit",
    "countNumber",
  ];
  const members = objectOf(value, at, known, ["tagStatus", "countType", "countNumber"], failure);
  if (members.storageClass !== undefined) throw new NotBuiltError("storageClass in a lifecycle policy");
  return { selection: tagsOf(members, at), limit: limitOf(members, at) };
};

const tagsOf = (members: Readonly<Record<string, unknown>>, at: string): Selection => {
  const { tagPrefixList, tagPatternList } = members;
  const tagStatus = wordOf(members.tagStatus, `${at}.tagStatus`, ["tagged", "untagged", "any"], failure);
  if (tagStatus !== "tagged") {
    if (tagPrefixList !== undefined || tagPatternList !== undefined)
      throw failure(`${at}: tagPrefixList and tagPatternList are allowed with the tagStatus tagged only`);
    return { tagStatus };
  }
  if ((tagPrefixList === undefined) === (tagPatternList === undefined))
    throw failure(`${at}: the tagStatus tagged needs either tagPrefixList or tagPatternList, and not both`);
  const member = tagPrefixList === undefined ? "tagPatternList" : "tagPrefixList";
  const texts = textsOf(members[member], `${at}.${member}`, MAX_TAGS, failure);
  if (member === "tagPrefixList") return { tagStatus, prefixes: texts, patterns: [] };
  const wild = texts.find((pattern) => pattern.split("*").length > MAX_WILDCARDS + 1);
  if (wild !== undefined) throw failure(`${at}.tagPatternList: "${wild}" has more than ${MAX_WILDCARDS} wildcards (*)`);
  return { tagStatus, prefixes: [], patterns: texts };
};

const limitOf = (members: Readonly<Record<string, unknown>>, at: string): Limit => {
  const types = ["imageCountMoreThan", "sinceImagePushed", "sinceImagePulled", "sinceImageTransitioned"] as const;
  const type = wordOf(members.countType, `${at}.countType`, types, failure);
  if (type === "sinceImageTransitioned") throw new NotBuiltError("The lifecycle countType sinceImageTransitioned");
  const number = integerOf(members.countNumber, `${at}.countNumber`, 1, failure);
  if (type === "imageCountMoreThan") {
    if (members.countUnit !== undefined) throw failure(`${at}.countUnit is not allowed with the countType ${type}`);
    return { type, count: number };
  }
  if (members.countUnit === undefined) throw failure(`${at}.countUnit is required with the countType ${type}`);
  wordOf(members.countUnit, `${at}.countUnit`, ["days"], failure);
  return { type, days: number };
};

/** What holds between rules; they come by priority. */
const checkedTogether = (rules: readonly LifecycleRule[]): readonly LifecycleRule[] => {
  for (const [index, { priority }] of rules.entries())
    if (rules[index + 1]?.priority === priority)
      throw failure(`rulePriority ${priority} is given twice, and must be unique`);
  const withStatus = (tagStatus: Selection["tagStatus"]) =>
    rules.filter(({ selection }) => selection.tagStatus === tagStatus);
  if (withStatus("untagged").length > 1) throw failure("only one rule may have the tagStatus untagged");
  if (withStatus("any").length > 1) throw failure("only one rule may have the tagStatus any");
  const any = withStatus("any")[0];
  if (any && any !== rules.at(-1)) throw failure("the rule with the tagStatus any must have the highest rulePriority");
  return rules;
};
