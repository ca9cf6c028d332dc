import type { APIErrorType, SecretValueEntry } from "@aws-sdk/client-secrets-manager";
import { ApiError, NotBuiltError } from "../../kernel/errors.ts";
import type { Scope } from "../../kernel/scope.ts";
import { addVersion } from "../add-version.ts";
import { allSecrets, changeSecret, findSecret } from "../find-secrets.ts";
import { CURRENT, checkToken, refuseDeleted, valueIn, versionOf } from "../model/secret.ts";
import { InvalidParameterException, InvalidRequestException } from "../model/secret-errors.ts";
import { secretTest } from "../model/secret-filters.ts";
import { secretPage } from "../model/secret-page.ts";
import { checkStages, moveStage } from "../model/stages.ts";
import type { SecretsDeps, SecretsManagerOperations } from "../ports.ts";
import { asValue, named } from "./as-secret.ts";

type ValueOperations = SecretsManagerOperations<
  "PutSecretValue" | "GetSecretValue" | "BatchGetSecretValue" | "ListSecretVersionIds" | "UpdateSecretVersionStage"
>;

const MAX_BATCH = 20;
const MAX_LISTED = 100;

/** Values of secrets: put, got, and their versions with the stages they are at. */
export const valueOperations = (deps: SecretsDeps): ValueOperations => {
  const { vault, random } = deps;
  const get = async (id: string, scope: Scope, version: Parameters<typeof versionOf>[1] = {}) => {
    const secret = await findSecret(deps, id, scope);
    refuseDeleted(secret);
    return asValue(vault, secret, versionOf(secret, version));
  };

  return {
    async PutSecretValue(request, caller) {
      if (request.RotationToken !== undefined) throw new NotBuiltError("'RotationToken', rotation of secrets,");
      const value = valueIn(request);
      if (!value) throw new InvalidRequestException("You must provide either SecretString or SecretBinary.");
      const token = checkToken(request.ClientRequestToken ?? random.uuid());
      const stages = checkStages(request.VersionStages ?? [CURRENT]);
      const secret = await changeSecret(deps, request.SecretId, caller, (known) => {
        refuseDeleted(known);
        return addVersion(deps, known, { token, value, stages });
      });
      const version = versionOf(secret, { id: token });
      return { ...named(secret), VersionId: token, VersionStages: [...version.stages] };
    },

    GetSecretValue: async ({ SecretId, VersionId, VersionStage }, caller) =>
      get(SecretId, caller, { id: VersionId, stage: VersionStage }),

    async BatchGetSecretValue(request, caller) {
      const { SecretIdList, Filters } = request;
      if ((SecretIdList === undefined) === (Filters === undefined))
        throw new InvalidParameterException("You must include Filters or SecretIdList, but not both.");
      if ((SecretIdList?.length ?? 1) < 1 || (SecretIdList?.length ?? 0) > MAX_BATCH)
        throw new InvalidParameterException(`SecretIdList has 1 to ${MAX_BATCH} secrets.`);
      const fits = secretTest(Filters ?? []);
      const live = Filters ? (await allSecrets(deps, caller)).filter((one) => !one.deletion && fits(one)) : [];
      const { items, ...rest } = secretPage("batch", live, ({ name }) => name, request, { limit: MAX_BATCH });
      const values: SecretValueEntry[] = [];
      const errors: APIErrorType[] = [];
      for (const id of SecretIdList ?? items.map(({ name }) => name)) {
        try {
          values.push(await get(id, caller));
        } catch (error) {
          if (!(error instanceof ApiError) || error.fault === "server") throw error;
          errors.push({ SecretId: id, ErrorCode: error.code, Message: error.message });
        }
      }
      return { SecretValues: values, Errors: errors, ...rest };
    },

    async ListSecretVersionIds(request, caller) {
      const secret = await findSecret(deps, request.SecretId, caller);
      const listed = secret.versions.filter(({ stages }) => request.IncludeDeprecated || stages.length > 0);
      const keyOf = ({ createdAt, id }: { createdAt: number; id: string }) =>
        `${String(createdAt).padStart(15, "0")} ${id}`;
      const { items, ...rest } = secretPage("versions", listed, keyOf, request, { limit: MAX_LISTED });
      return {
        ...named(secret),
        Versions: items.map(({ id, stages, createdAt }) => ({
          VersionId: id,
          VersionStages: [...stages],
          CreatedDate: new Date(createdAt),
          KmsKeyIds: ["DefaultEncryptionKey"],
        })),
        ...rest,
      };
    },

    async UpdateSecretVersionStage({ SecretId, VersionStage, RemoveFromVersionId, MoveToVersionId }, caller) {
      checkStages([VersionStage]);
      const move = { stage: VersionStage, from: RemoveFromVersionId, to: MoveToVersionId };
      const secret = await changeSecret(deps, SecretId, caller, (known) => {
        refuseDeleted(known);
        return { ...known, versions: moveStage(known.versions, move), changedAt: deps.clock.now() };
      });
      return named(secret);
    },
  };
};
