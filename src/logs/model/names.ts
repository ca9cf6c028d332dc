import { formatArn, parseArn } from "../../kernel/arn.ts";
import type { Scope } from "../../kernel/scope.ts";
import { checkLength, unsatisfied } from "./constraints.ts";
import { InvalidParameterException } from "./errors.ts";

const MAX_NAME = 512;

/** Checks a log group's name. Throws InvalidParameterException. */
export const checkGroupName = (name: string, member = "logGroupName"): string => {
  checkLength(member, name, 1, MAX_NAME);
  if (!/^[.\-_/#A-Za-z0-9]+$/.test(name))
    throw unsatisfied(member, name, "satisfy regular expression pattern: [\\.\\-_/#A-Za-z0-9]+");
  return name;
};

/** Checks a log stream's name. Throws InvalidParameterException. */
export const checkStreamName = (name: string, member = "logStreamName"): string => {
  checkLength(member, name, 1, MAX_NAME);
  if (!/^[^:*]*$/.test(name)) throw unsatisfied(member, name, "satisfy regular expression pattern: [^:*]*");
  return name;
};

/** `arn:aws:logs:us-east-1:000000000000:log-group:/web`, without the `:*` that `arn` of a LogGroup ends with. */
export const groupArn = ({ account, region }: Scope, group: string): string =>
  formatArn({ service: "logs", region, account, resource: `log-group:${group}` });

export const streamArn = (scope: Scope, group: string, stream: string): string =>
  `${groupArn(scope, group)}:log-stream:${stream}`;

/** The name in a log group's ARN; `undefined` for an ARN of something else, or of another account or region. */
export const groupOfArn = (text: string, { account, region }: Scope): string | undefined => {
  const arn = parseArn(text);
  const [kind, name, rest] = arn?.resource.split(":") ?? [];
  const isOurs = arn?.service === "logs" && arn.account === account && arn.region === region;
  return isOurs && kind === "log-group" && name && (rest === undefined || rest === "*") ? name : undefined;
};

/** The group that a request names by `logGroupName` or `logGroupIdentifier`. Throws InvalidParameterException. */
export const askedGroup = (
  { logGroupName, logGroupIdentifier }: { logGroupName?: string | undefined; logGroupIdentifier?: string | undefined },
  scope: Scope,
): string => {
  if (logGroupName !== undefined && logGroupIdentifier !== undefined)
    throw new InvalidParameterException("LogGroup name and LogGroup ARN are mutually exclusive parameters.");
  if (logGroupName !== undefined) return checkGroupName(logGroupName);
  if (logGroupIdentifier === undefined)
    throw new InvalidParameterException("Either logGroupName or logGroupIdentifier must be given.");
  if (!logGroupIdentifier.startsWith("arn:")) return checkGroupName(logGroupIdentifier, "logGroupIdentifier");
  const name = groupOfArn(logGroupIdentifier, scope);
  if (name === undefined)
    throw new InvalidParameterException(
      `${logGroupIdentifier} is no log group of account ${scope.account} in ${scope.region}.`,
    );
  return checkGroupName(name, "logGroupIdentifier");
};
