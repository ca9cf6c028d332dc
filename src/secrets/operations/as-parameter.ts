import type { Parameter, ParameterHistory, ParameterMetadata } from "@aws-sdk/client-ssm";
import { parameterArn } from "../model/parameter-name.ts";
import { DEFAULT_KEY } from "../model/put-parameter.ts";
import { aboutParameter, type ParameterRecord, type ParameterVersion } from "../model/records.ts";
import type { Vault } from "../ports.ts";

/** The value of a version. What is a SecureString is only told where it is asked for; else its ciphertext is, as KMS's would be. */
const tellValue = (
  vault: Vault,
  record: ParameterRecord,
  { sealed, type, version }: ParameterVersion,
  withDecryption: boolean | undefined,
): string =>
  type === "SecureString" && !withDecryption
    ? sealed
    : Buffer.from(vault.open(sealed, aboutParameter(record, record.name, version))).toString();

/** A version of a parameter as it is got. */
export const asParameter = (
  vault: Vault,
  record: ParameterRecord,
  version: ParameterVersion,
  { withDecryption, selector }: { withDecryption?: boolean | undefined; selector?: string | undefined },
): Parameter => ({
  Name: record.name,
  Type: version.type,
  Value: tellValue(vault, record, version, withDecryption),
  Version: version.version,
  ...(selector !== undefined && { Selector: `:${selector}` }),
  LastModifiedDate: new Date(version.modifiedAt),
  ARN: parameterArn(record, record.name),
  DataType: "text",
});

const described = (version: ParameterVersion) => ({
  Type: version.type,
  ...(version.type === "SecureString" && { KeyId: DEFAULT_KEY }),
  LastModifiedDate: new Date(version.modifiedAt),
  LastModifiedUser: version.modifiedBy,
  ...(version.description !== undefined && { Description: version.description }),
  ...(version.allowedPattern !== undefined && { AllowedPattern: version.allowedPattern }),
  Version: version.version,
  Tier: version.tier,
  Policies: [],
  DataType: "text",
});

/** A parameter as it is described, without its value. */
export const asMetadata = (record: ParameterRecord): ParameterMetadata => ({
  Name: record.name,
  ARN: parameterArn(record, record.name),
  ...described(record.versions.at(-1)!),
});

/** A version in a parameter's history. */
export const asHistory = (
  vault: Vault,
  record: ParameterRecord,
  version: ParameterVersion,
  withDecryption: boolean | undefined,
): ParameterHistory => ({
  Name: record.name,
  ...described(version),
  Value: tellValue(vault, record, version, withDecryption),
  Labels: [...version.labels],
});
