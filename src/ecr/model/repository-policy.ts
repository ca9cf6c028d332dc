import { NotBuiltError } from "../../kernel/errors.ts";
import { invalidParameter } from "./errors.ts";
import { matchesWildcard } from "./wildcard.ts";

interface Statement {
  readonly effect: "Allow" | "Deny";
  /** `*`, twelve digits, or ARNs. */
  readonly principals: readonly string[];
  readonly isOfOthers: boolean;
  readonly actions: readonly string[];
  readonly isNotActions: boolean;
}

const invalid = () => invalidParameter("PolicyText", "Invalid repository policy provided");

/** A repository policy's statements. Throws InvalidParameterException, and NotBuiltError for conditions, which nothing would check. */
export const readPolicy = (text: string): readonly Statement[] => {
  const all = statementsIn(text);
  // What a repository's policy is about is that repository, and ECR refuses to be told so.
  if (all.some((one) => Object.keys(one ?? {}).some((member) => /^(?:Not)?Resource$/.test(member)))) throw invalid();
  return all.map(statementOf);
};

/**
 * Whether the policy denies one of the actions to a caller of the repository's own account. Allowed it is anyway: an account's own callers need
 * no repository policy, and only an explicit deny is stronger.
 */
export const deniedAction = (
  text: string | undefined,
  { account, principal }: { readonly account: string; readonly principal: string },
  actions: readonly string[],
): string | undefined => {
  if (text === undefined) return undefined;
  const denying = statementsIn(text)
    .map(statementOf)
    .filter((statement) => statement.effect === "Deny");
  const isMeant = ({ principals, isOfOthers }: Statement) => {
    const own = ["*", account, `arn:aws:iam::${account}:root`, principal];
    return principals.some((one) => own.includes(one)) !== isOfOthers;
  };
  const isNamed = (statement: Statement, action: string) =>
    statement.actions.some((pattern) => matchesWildcard(pattern.toLowerCase(), action.toLowerCase())) !==
    statement.isNotActions;
  return actions.find((action) => denying.some((one) => isMeant(one) && isNamed(one, action)));
};

const statementsIn = (text: string): readonly unknown[] => {
  const { Statement: statements } = objectIn(text);
  const all = Array.isArray(statements) ? statements : [statements];
  if (all.length === 0) throw invalid();
  return all;
};

const objectIn = (text: string): Readonly<Record<string, unknown>> => {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  } catch {
    // Falls through: it is no JSON.
  }
  throw invalid();
};

const statementOf = (value: unknown): Statement => {
  if (typeof value !== "object" || value === null) throw invalid();
  const { Effect, Principal, NotPrincipal, Action, NotAction, Condition } = value as Record<string, unknown>;
  if (Condition !== undefined) throw new NotBuiltError("Condition in a repository policy");
  if (Effect !== "Allow" && Effect !== "Deny") throw invalid();
  if ((Principal === undefined) === (NotPrincipal === undefined)) throw invalid();
  if ((Action === undefined) === (NotAction === undefined)) throw invalid();
  return {
    effect: Effect,
    principals: principalsOf(Principal ?? NotPrincipal),
    isOfOthers: NotPrincipal !== undefined,
    actions: textsOf(Action ?? NotAction),
    isNotActions: NotAction !== undefined,
  };
};

const principalsOf = (value: unknown): string[] => {
  if (value === "*") return ["*"];
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw invalid();
  return Object.values(value).flatMap(textsOf);
};

const textsOf = (value: unknown): string[] => {
  const all: unknown[] = Array.isArray(value) ? value : [value];
  if (all.length === 0 || !all.every((one) => typeof one === "string")) throw invalid();
  return all as string[];
};
