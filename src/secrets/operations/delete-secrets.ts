import type { Scope } from "../../kernel/scope.ts";
import { changeSecret, findSecret } from "../find-secrets.ts";
import { recordId, type SecretRecord } from "../model/records.ts";
import { refuseDeleted } from "../model/secret.ts";
import {
  InvalidParameterException,
  InvalidRequestException,
  ResourceNotFoundException,
} from "../model/secret-errors.ts";
import { readTags, type Tags, withoutTags, withTags } from "../model/tags.ts";
import type { SecretsDeps, SecretsManagerOperations } from "../ports.ts";
import { named } from "./as-secret.ts";

const DAY_MS = 86_400_000;
const USUAL_DAYS = 30;

type DeleteOperations = SecretsManagerOperations<"DeleteSecret" | "RestoreSecret" | "TagResource" | "UntagResource">;

/** Secrets deleted, after some days or at once, restored before that, and tagged. */
export const deleteOperations = (deps: SecretsDeps): DeleteOperations => {
  const { secrets, clock } = deps;
  const tag = async (id: string, scope: Scope, decide: (tags: Tags) => Tags): Promise<object> => {
    await changeSecret(deps, id, scope, (secret) => {
      refuseDeleted(secret);
      return { ...secret, tags: decide(secret.tags), changedAt: clock.now() };
    });
    return {};
  };

  return {
    async DeleteSecret({ SecretId, RecoveryWindowInDays: days, ForceDeleteWithoutRecovery: force }, caller) {
      if (force && days !== undefined)
        throw new InvalidParameterException(
          "You can't use ForceDeleteWithoutRecovery in conjunction with RecoveryWindowInDays.",
        );
      if (days !== undefined && (days < 7 || days > 30))
        throw new InvalidParameterException(
          "The RecoveryWindowInDays value must be between 7 and 30 days (inclusive).",
        );
      const now = clock.now();
      if (force) {
        const secret = await findSecret(deps, SecretId, caller).catch((error: unknown) => {
          // AWS: to delete by force what is not there is no error.
          if (error instanceof ResourceNotFoundException) return undefined;
          throw error;
        });
        if (!secret) return { Name: SecretId, DeletionDate: new Date(now) };
        await secrets.remove(recordId(caller, secret.name));
        return { ...named(secret), DeletionDate: new Date(now) };
      }
      const dueAt = now + (days ?? USUAL_DAYS) * DAY_MS;
      const secret = await changeSecret(deps, SecretId, caller, (known) => {
        if (known.deletion)
          throw new InvalidRequestException(
            "You can't perform this operation on the secret because it was already scheduled for deletion.",
          );
        return { ...known, deletion: { requestedAt: now, dueAt }, changedAt: now };
      });
      return { ...named(secret), DeletionDate: new Date(dueAt) };
    },

    async RestoreSecret({ SecretId }, caller) {
      const restored = ({ deletion: _, ...secret }: SecretRecord): SecretRecord => ({
        ...secret,
        changedAt: clock.now(),
      });
      return named(await changeSecret(deps, SecretId, caller, restored));
    },

    async TagResource({ SecretId, Tags }, caller) {
      const more = readTags(Tags);
      return tag(SecretId, caller, (tags) => withTags(tags, more, (words) => new InvalidParameterException(words)));
    },

    UntagResource: async ({ SecretId, TagKeys }, caller) => tag(SecretId, caller, (tags) => withoutTags(tags, TagKeys)),
  };
};
