import { aboutSecret, type SecretRecord } from "./model/records.ts";
import { secretArn, type valueIn } from "./model/secret.ts";
import { ResourceExistsException } from "./model/secret-errors.ts";
import { withNewVersion } from "./model/stages.ts";
import type { SecretsDeps } from "./ports.ts";

export interface NewVersion {
  /** Becomes the version's id: the same token and value again change nothing. */
  readonly token: string;
  readonly value: NonNullable<ReturnType<typeof valueIn>>;
  readonly stages: readonly string[];
}

/** A secret with a version more. Throws ResourceExistsException where the token made a version of another value. */
export const addVersion = (
  { vault, clock }: Pick<SecretsDeps, "vault" | "clock">,
  secret: SecretRecord,
  { token, value, stages }: NewVersion,
): SecretRecord => {
  const about = aboutSecret(secret, token);
  const known = secret.versions.find(({ id }) => id === token);
  if (known) {
    const isSame = known.binary === value.binary && Buffer.from(vault.open(known.sealed, about)).equals(value.bytes);
    if (isSame) return secret;
    throw new ResourceExistsException(
      `You can't use ClientRequestToken ${token} because that value is already in use for a version of secret ${secretArn(secret)}.`,
    );
  }
  const made = { id: token, sealed: vault.seal(value.bytes, about), binary: value.binary, createdAt: clock.now() };
  return { ...secret, versions: withNewVersion(secret.versions, made, stages), changedAt: clock.now() };
};
