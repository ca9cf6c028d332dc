import { formatArn, parseArn } from "../../kernel/arn.ts";
import type { Scope } from "../../kernel/scope.ts";
import { unsatisfied, ValidationException } from "./errors.ts";
import type { SecretRecord, SecretVersion } from "./records.ts";
import { InvalidParameterException, InvalidRequestException, ResourceNotFoundException } from "./secret-errors.ts";

export const CURRENT = "AWSCURRENT";
export const PREVIOUS = "AWSPREVIOUS";
export const DEFAULT_KEY = "alias/aws/secretsmanager";
/** Of the ARN's six last characters. */
export const SUFFIX_LENGTH = 6;

const MAX_VALUE_BYTES = 65_536;

/** Checks the name of a secret that is made. Throws ValidationException. */
export const checkSecretName = (name: string): void => {
  if (name === "") throw unsatisfied("name", name, "have length greater than or equal to 1");
  if (name.length > 512) throw unsatisfied("name", name, "have length less than or equal to 512");
  if (!/^[A-Za-z0-9/_+=.@!-]+$/.test(name))
    throw new ValidationException(
      "Invalid name. Must be a valid name containing alphanumeric characters, or any of the following: -/_+=.@!",
    );
};

/** `arn:aws:secretsmanager:us-east-1:000000000000:secret:NAME-AbCdEf`. */
export const secretArn = ({ account, region, name, suffix }: Pick<SecretRecord, "name" | "suffix"> & Scope): string =>
  formatArn({ service: "secretsmanager", region, account, resource: `secret:${name}-${suffix}` });

/** A secret that a request may mean: by its name, and where an ARN ends with a suffix, with that one. */
export interface SecretCandidate {
  readonly name: string;
  readonly suffix?: string;
}

/** Secrets that a SecretId may mean, in the order to try: a name, an ARN, or an ARN without its suffix. None for a foreign ARN. */
export const secretCandidates = (id: string, { account, region }: Scope): SecretCandidate[] => {
  if (!id.startsWith("arn:")) return [{ name: id }];
  const arn = parseArn(id);
  if (arn?.service !== "secretsmanager" || arn.account !== account || arn.region !== region) return [];
  const [, name] = /^secret:([^:]+)$/.exec(arn.resource) ?? [];
  if (name === undefined) return [];
  const [, bare, suffix] = /^(.+)-([A-Za-z0-9]{6})$/.exec(name) ?? [];
  return bare !== undefined && suffix !== undefined ? [{ name: bare, suffix }, { name }] : [{ name }];
};

/** Whether a secret's last day is over. */
export const isGone = ({ deletion }: SecretRecord, now: number): boolean =>
  deletion !== undefined && deletion.dueAt <= now;

/** Throws InvalidRequestException for a secret that is to be deleted. */
export const refuseDeleted = ({ deletion }: SecretRecord): void => {
  if (deletion)
    throw new InvalidRequestException(
      "You can't perform this operation on the secret because it was marked for deletion.",
    );
};

export interface GivenValue {
  readonly SecretString?: string | undefined;
  readonly SecretBinary?: Uint8Array | undefined;
}

/** The value of a request as bytes; `undefined` where it has none. Throws InvalidParameterException and ValidationException. */
export const valueIn = ({
  SecretString,
  SecretBinary,
}: GivenValue): { readonly bytes: Uint8Array; readonly binary: boolean } | undefined => {
  if (SecretString !== undefined && SecretBinary !== undefined)
    throw new InvalidParameterException(
      "You can't specify both a binary secret value and a string secret value in the same secret.",
    );
  const bytes = SecretString === undefined ? SecretBinary : Buffer.from(SecretString);
  if (bytes === undefined) return undefined;
  const member = SecretString === undefined ? "secretBinary" : "secretString";
  if (bytes.length === 0) throw unsatisfied(member, "***", "have length greater than or equal to 1");
  if (bytes.length > MAX_VALUE_BYTES)
    throw unsatisfied(member, "***", `have length less than or equal to ${MAX_VALUE_BYTES}`);
  return { bytes, binary: SecretString === undefined };
};

/** The version that an id, a stage or both name; AWSCURRENT where neither is said. Throws ResourceNotFoundException. */
export const versionOf = (
  { versions }: SecretRecord,
  { id, stage }: { readonly id?: string | undefined; readonly stage?: string | undefined },
): SecretVersion => {
  const wanted = stage ?? (id === undefined ? CURRENT : undefined);
  const found = versions.find((one) =>
    id === undefined ? wanted !== undefined && one.stages.includes(wanted) : one.id === id,
  );
  if (!found)
    throw new ResourceNotFoundException(
      id === undefined
        ? `Secrets Manager can't find the specified secret value for staging label: ${wanted}`
        : `Secrets Manager can't find the specified secret value for VersionId: ${id}`,
    );
  if (stage !== undefined && !found.stages.includes(stage))
    throw new InvalidRequestException("You provided a VersionStage that is not associated to the provided VersionId.");
  return found;
};

/** Checks a ClientRequestToken, which becomes the version's id. Throws InvalidParameterException. */
export const checkToken = (token: string): string => {
  if (token.length < 32 || token.length > 64)
    throw new InvalidParameterException("ClientRequestToken must be 32-64 characters long.");
  return token;
};
