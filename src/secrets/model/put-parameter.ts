import type { PutParameterRequest } from "@aws-sdk/client-ssm";
import { matchesRegex, parseRegex, RegexSyntaxError } from "../../fleet/index.ts";
import { NotBuiltError } from "../../kernel/errors.ts";
import { unsatisfied, ValidationException } from "./errors.ts";
import {
  HierarchyTypeMismatchException,
  InvalidAllowedPatternException,
  ParameterMaxVersionLimitExceeded,
  ParameterPatternMismatchException,
} from "./parameter-errors.ts";
import { checkParameterName } from "./parameter-name.ts";
import type { ParameterRecord, ParameterVersion } from "./records.ts";

const MAX_VERSIONS = 100;
/** AWS counts characters, and says so. */
const MAX_VALUE = { Standard: 4096, Advanced: 8192 } as const;
export const DEFAULT_KEY = "alias/aws/ssm";

type Tier = ParameterVersion["tier"];

/** Checks what a request says by itself. Throws ValidationException, and NotBuiltError for what is not built. */
export const checkPut = (request: PutParameterRequest): void => {
  const { Name = "", Value = "", Description = "", KeyId, Policies, DataType = "text" } = request;
  checkParameterName(Name);
  if (Value === "") throw unsatisfied("value", "", "have length greater than or equal to 1");
  if (Value.includes("{{"))
    throw new ValidationException(`Parameter value can't nest another parameter. Do not use "{{}}" in the value.`);
  if (Description.length > 1024) throw unsatisfied("description", "…", "have length less than or equal to 1024");
  if (KeyId !== undefined && KeyId !== DEFAULT_KEY) throw new NotBuiltError(`'KeyId' other than ${DEFAULT_KEY}`);
  if (Policies) throw new NotBuiltError("'Policies' of parameters");
  if (DataType !== "text") throw new NotBuiltError(`DataType '${DataType}'`);
  if (request.Overwrite && request.Tags?.length)
    throw new ValidationException(
      "Invalid request: tags and overwrite can't be used together. To create a parameter with tags, please remove overwrite flag. To update tags for an existing parameter, please use AddTagsToResource or RemoveTagsFromResource.",
    );
};

/**
 * The next version of a parameter, all but its value: `known` is the parameter as it is, where there is one. Type, tier, description and
 * pattern stay as they were where the request says nothing of them. Throws what does not fit.
 */
export const nextVersion = (
  known: ParameterRecord | undefined,
  request: PutParameterRequest,
  modified: Pick<ParameterVersion, "modifiedAt" | "modifiedBy">,
): Omit<ParameterVersion, "sealed"> => {
  const last = known?.versions.at(-1);
  const type = request.Type ?? last?.type;
  if (type === undefined) throw new ValidationException("A parameter type is required when you create a parameter.");
  if (last && last.type !== type) throw new HierarchyTypeMismatchException();
  const value = request.Value ?? "";
  const allowedPattern = request.AllowedPattern ?? last?.allowedPattern;
  if (allowedPattern) checkPattern(allowedPattern, value);
  const description = request.Description ?? last?.description;
  return {
    version: (last?.version ?? 0) + 1,
    type,
    tier: tierOf(request.Tier, last?.tier, value),
    ...(description !== undefined && { description }),
    ...(allowedPattern && { allowedPattern }),
    labels: [],
    ...modified,
  };
};

const checkPattern = (pattern: string, value: string): void => {
  if (!matchesRegex(readPattern(pattern), value))
    throw new ParameterPatternMismatchException(
      `Parameter value, cannot be validated against allowedPattern: ${pattern}`,
    );
};

const readPattern = (pattern: string): ReturnType<typeof parseRegex> => {
  if (pattern.length > 1024) throw unsatisfied("allowedPattern", "…", "have length less than or equal to 1024");
  try {
    return parseRegex(pattern);
  } catch (error) {
    if (!(error instanceof RegexSyntaxError)) throw error;
    throw new InvalidAllowedPatternException(`The request does not meet the regular expression: ${error.message}`);
  }
};

const tierOf = (asked: PutParameterRequest["Tier"], last: Tier | undefined, value: string): Tier => {
  if (asked === "Standard" && last === "Advanced")
    throw new ValidationException(
      "This parameter uses the advanced-parameter tier. You can't downgrade a parameter from the advanced-parameter tier to the standard-parameter tier. If necessary, you can delete the advanced parameter and recreate it as a standard parameter.",
    );
  const chosen = value.length > MAX_VALUE.Standard ? "Advanced" : "Standard";
  const tier = last === "Advanced" ? last : asked === "Intelligent-Tiering" ? chosen : (asked ?? last ?? "Standard");
  if (value.length <= MAX_VALUE[tier]) return tier;
  throw new ValidationException(
    tier === "Standard"
      ? `Standard tier parameters support a maximum parameter value of ${MAX_VALUE.Standard} characters. To create a larger parameter value, upgrade the parameter to use the advanced-parameter tier. For more information, see https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-advanced-parameters.html`
      : `Advanced tier parameters support a maximum parameter value of ${MAX_VALUE.Advanced} characters.`,
  );
};

/** The history with a new version; the oldest goes where there are too many. Throws ParameterMaxVersionLimitExceeded. */
export const withVersion = (
  name: string,
  versions: readonly ParameterVersion[],
  next: ParameterVersion,
): ParameterVersion[] => {
  const [oldest] = versions;
  if (!oldest || versions.length < MAX_VERSIONS) return [...versions, next];
  if (oldest.labels.length > 0)
    throw new ParameterMaxVersionLimitExceeded(
      `You attempted to create a new version of ${name} by calling the PutParameter API with the overwrite flag. Version ${oldest.version}, the oldest version, can't be deleted because it has a label associated with it. Move the label to another version of the parameter, and try again.`,
    );
  return [...versions.slice(1), next];
};
