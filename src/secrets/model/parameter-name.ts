import { formatArn, parseArn } from "../../kernel/arn.ts";
import type { Scope } from "../../kernel/scope.ts";
import { unsatisfied, ValidationException } from "./errors.ts";
import { HierarchyLevelLimitExceededException } from "./parameter-errors.ts";

const MAX_NAME = 1011;
const MAX_LEVELS = 15;
const SYMBOLS =
  "If formed as a path, it can consist of sub-paths divided by slash symbol; each sub-path can be formed as a mix of letters, numbers and the following 3 symbols .-_";

/** Checks the name of a parameter that is put. Throws ValidationException and HierarchyLevelLimitExceededException. */
export const checkParameterName = (name: string): void => {
  if (name === "") throw unsatisfied("name", name, "have length greater than or equal to 1");
  if (name.length > MAX_NAME) throw unsatisfied("name", name, `have length less than or equal to ${MAX_NAME}`);
  if (/^\/?(aws|ssm)/i.test(name))
    throw new ValidationException(
      `Parameter name: can't be prefixed with "aws" or "ssm" (case-insensitive). ${SYMBOLS}`,
    );
  if (!/^[a-zA-Z0-9_.\-/]+$/.test(name) || name.endsWith("/") || name.includes("//"))
    throw new ValidationException(`Parameter name: ${SYMBOLS}`);
  if (name.includes("/") && !name.startsWith("/"))
    throw new ValidationException("Parameter name must be a fully qualified name.");
  if (name.split("/").length - 1 > MAX_LEVELS)
    throw new HierarchyLevelLimitExceededException(
      `A hierarchy can have a maximum of ${MAX_LEVELS} levels. For more information, see Requirements and constraints for parameter names in the Amazon Web Services Systems Manager User Guide.`,
    );
};

/** `arn:aws:ssm:us-east-1:000000000000:parameter/db/user`, whether or not the name begins with a slash. */
export const parameterArn = ({ account, region }: Scope, name: string): string =>
  formatArn({ service: "ssm", region, account, resource: `parameter/${name.replace(/^\//, "")}` });

/** A parameter as a request refers to it: by its name or ARN, and perhaps one version or label. */
export interface ParameterReference {
  /** Where an ARN leaves open whether the name begins with a slash, both. */
  readonly names: readonly string[];
  /** A number or a label. */
  readonly selector?: string;
}

/** Reads `NAME`, `NAME:VERSION`, `NAME:LABEL` and the same of ARNs; `undefined` for an ARN of something else or somewhere else. */
export const parseParameterReference = (text: string, { account, region }: Scope): ParameterReference | undefined => {
  if (!text.startsWith("arn:")) return selected([text.split(":", 1)[0] ?? ""], text.split(":")[1]);
  const arn = parseArn(text);
  if (arn?.service !== "ssm" || arn.account !== account || arn.region !== region) return undefined;
  const [, path, selector] = /^parameter\/([^:]+)(?::(.+))?$/.exec(arn.resource) ?? [];
  if (path === undefined) return undefined;
  return selected(path.includes("/") ? [`/${path}`] : [path, `/${path}`], selector);
};

const selected = (names: readonly string[], selector: string | undefined): ParameterReference => ({
  names,
  ...(selector !== undefined && { selector }),
});

/** The words with which GetParametersByPath refuses a path. */
export const checkPath = (path: string): void => {
  if (/^(\/[a-zA-Z0-9_.-]+)*\/?$/.test(path) && path.startsWith("/")) return;
  throw new ValidationException(
    'The parameter doesn\'t meet the parameter name requirements. The parameter name must begin with a forward slash "/". It can\'t be prefixed with "aws" or "ssm" (case-insensitive). It must use only letters, numbers, or the following symbols: . (period), - (hyphen), _ (underscore). Special characters are not allowed. All sub-paths, if specified, must use the forward slash symbol "/". Valid example: /get/parameters2-/by1./path0_.',
  );
};

/** Whether a name is below a path: directly, or at any depth where `recursive`. */
export const isBelow = (name: string, path: string, recursive: boolean): boolean => {
  const root = path.endsWith("/") ? path : `${path}/`;
  const full = name.startsWith("/") ? name : `/${name}`;
  return full.startsWith(root) && (recursive || !full.slice(root.length).includes("/"));
};
