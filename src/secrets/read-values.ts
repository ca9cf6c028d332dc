import type { Scope } from "../kernel/scope.ts";
import { findParameter } from "./find-parameters.ts";
import { findSecret } from "./find-secrets.ts";
import { selectVersion } from "./model/labels.ts";
import { aboutParameter, aboutSecret } from "./model/records.ts";
import { refuseDeleted, versionOf } from "./model/secret.ts";
import { InvalidRequestException } from "./model/secret-errors.ts";
import type { SecretsDeps } from "./ports.ts";

/** Values as a launch reads them. Both throw what AWS's GetParameter and GetSecretValue throw. */
export interface SecretValues {
  /** By name or ARN, perhaps with a version or label. */
  parameter(scope: Scope, reference: string): Promise<string>;
  /** By name or ARN, of a stage or version; AWSCURRENT where neither is said. */
  secret(scope: Scope, id: string, version: { readonly id?: string; readonly stage?: string }): Promise<string>;
}

/** Values of parameters and secrets for who is no caller of the API. */
export const secretValues = (deps: SecretsDeps): SecretValues => {
  const open = (sealed: string, about: string): string => Buffer.from(deps.vault.open(sealed, about)).toString();
  return {
    async parameter(scope, reference) {
      const { record, selector } = await findParameter(deps, reference, scope);
      const { sealed, version } = selectVersion(record, selector);
      return open(sealed, aboutParameter(record, record.name, version));
    },
    async secret(scope, id, wanted) {
      const secret = await findSecret(deps, id, scope);
      refuseDeleted(secret);
      const version = versionOf(secret, wanted);
      if (version.binary)
        throw new InvalidRequestException("The secret was given as bytes, and a launch reads text only.");
      return open(version.sealed, aboutSecret(secret, version.id));
    },
  };
};
