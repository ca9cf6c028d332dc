import type { SecretValueEntry } from "@aws-sdk/client-secrets-manager";
import { aboutSecret, type SecretRecord, type SecretVersion } from "../model/records.ts";
import { secretArn } from "../model/secret.ts";
import { tagList } from "../model/tags.ts";
import type { Vault } from "../ports.ts";

/** How every answer names its secret. */
export const named = (secret: SecretRecord): { ARN: string; Name: string } => ({
  ARN: secretArn(secret),
  Name: secret.name,
});

/** A secret without its values, as it is described and listed. */
export const asSecret = (secret: SecretRecord) => ({
  ...named(secret),
  ...(secret.description !== undefined && { Description: secret.description }),
  CreatedDate: new Date(secret.createdAt),
  LastChangedDate: new Date(secret.changedAt),
  Tags: tagList(secret.tags),
});

/** Versions that have stages, and which. */
export const stagesById = ({ versions }: SecretRecord): Record<string, string[]> =>
  Object.fromEntries(
    versions.filter(({ stages }) => stages.length > 0).map(({ id, stages }): [string, string[]] => [id, [...stages]]),
  );

/** A version with its value. Throws DecryptionFailure. */
export const asValue = (vault: Vault, secret: SecretRecord, version: SecretVersion): SecretValueEntry => {
  const bytes = vault.open(version.sealed, aboutSecret(secret, version.id));
  return {
    ...named(secret),
    VersionId: version.id,
    ...(version.binary ? { SecretBinary: bytes } : { SecretString: Buffer.from(bytes).toString() }),
    VersionStages: [...version.stages],
    CreatedDate: new Date(version.createdAt),
  };
};
