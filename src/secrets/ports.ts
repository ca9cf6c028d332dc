import type * as secretsManager from "@aws-sdk/client-secrets-manager";
import type * as ssm from "@aws-sdk/client-ssm";
import type { Clock } from "../kernel/clock.ts";
import type { OperationName, Operations } from "../kernel/operation.ts";
import type { Random } from "../kernel/random.ts";
import type { RecordStore } from "../kernel/records.ts";
import type { ParameterRecord, SecretRecord } from "./model/records.ts";

export type { ParameterRecord, SecretRecord } from "./model/records.ts";

/** Encrypts what is kept. `about` tells what a value is of: sealed for one thing, it opens for no other. */
export interface Vault {
  seal(value: Uint8Array, about: string): string;
  /** Throws DecryptionFailure for what another key sealed, or was sealed for something else. */
  open(sealed: string, about: string): Uint8Array;
}

/** All that the wing needs of the outside. */
export interface SecretsDeps {
  readonly parameters: RecordStore<ParameterRecord>;
  readonly secrets: RecordStore<SecretRecord>;
  readonly vault: Vault;
  readonly clock: Clock;
  readonly random: Random;
}

/** Handlers of Parameter Store's operations, typed by the SDK. */
export type SsmOperations<Names extends OperationName<typeof ssm>> = Operations<typeof ssm, Names>;

/** Handlers of Secrets Manager's operations, typed by the SDK. */
export type SecretsManagerOperations<Names extends OperationName<typeof secretsManager>> = Operations<
  typeof secretsManager,
  Names
>;
