import * as secretsManager from "@aws-sdk/client-secrets-manager";
import * as ssm from "@aws-sdk/client-ssm";
import type { OperationTable } from "../kernel/operation.ts";
import { forgetDeletedSecrets } from "./control/forget-deleted.ts";
import { deleteOperations } from "./operations/delete-secrets.ts";
import { getOperations } from "./operations/get-parameters.ts";
import { parameterTagOperations } from "./operations/parameter-tags.ts";
import { putOperations } from "./operations/put-parameters.ts";
import { valueOperations } from "./operations/secret-values.ts";
import { secretOperations } from "./operations/secrets.ts";
import type { SecretsDeps } from "./ports.ts";
import { secretValues } from "./read-values.ts";

export type { ParameterRecord, SecretRecord, SecretsDeps } from "./ports.ts";
export type { SecretValues } from "./read-values.ts";
export { parameterRoutes, secretRoutes } from "./rest-routes.ts";

/** Parameter Store and Secrets Manager as they are served: AWS's models, and a handler for each operation that is built. */
export const secretsWing = (deps: SecretsDeps) => ({
  parameterStore: {
    model: ssm,
    handlers: {
      ...putOperations(deps),
      ...getOperations(deps),
      ...parameterTagOperations(deps),
    } satisfies OperationTable,
  },
  secretsManager: {
    model: secretsManager,
    handlers: {
      ...secretOperations(deps),
      ...valueOperations(deps),
      ...deleteOperations(deps),
    } satisfies OperationTable,
  },

  /** Values for launches. */
  values: secretValues(deps),

  /** The wing's sweeps: each may run at any time, and twice at once. */
  sweeps: { forgetDeletedSecrets: () => forgetDeletedSecrets(deps) },
});
