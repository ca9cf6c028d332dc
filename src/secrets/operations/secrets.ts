import { NotBuiltError } from "../../kernel/errors.ts";
import { addVersion } from "../add-version.ts";
import { chooserOf } from "../chooser.ts";
import { allSecrets, changeSecret, findSecret } from "../find-secrets.ts";
import { unsatisfied } from "../model/errors.ts";
import { randomPassword, randomWord } from "../model/password.ts";
import { recordId, recordTerms, type SecretRecord } from "../model/records.ts";
import {
  CURRENT,
  checkSecretName,
  checkToken,
  DEFAULT_KEY,
  isGone,
  refuseDeleted,
  SUFFIX_LENGTH,
  valueIn,
} from "../model/secret.ts";
import { InvalidParameterException, InvalidRequestException, ResourceExistsException } from "../model/secret-errors.ts";
import { secretTest, sortKeyOf } from "../model/secret-filters.ts";
import { secretPage } from "../model/secret-page.ts";
import { readTags, withTags } from "../model/tags.ts";
import type { SecretsDeps, SecretsManagerOperations } from "../ports.ts";
import { asSecret, named, stagesById } from "./as-secret.ts";

type SecretOperations = SecretsManagerOperations<
  "CreateSecret" | "UpdateSecret" | "DescribeSecret" | "ListSecrets" | "GetRandomPassword"
>;

const MAX_LISTED = 100;

/** Secrets made, changed, described and listed. */
export const secretOperations = (deps: SecretsDeps): SecretOperations => {
  const { secrets, clock, random } = deps;
  return {
    async CreateSecret(request, caller) {
      const { Name, Description, AddReplicaRegions = [] } = request;
      checkSecretName(Name);
      refuseUnbuilt(request);
      if (AddReplicaRegions.length > 0) throw new NotBuiltError("'AddReplicaRegions', replication of secrets,");
      const value = valueIn(request);
      const token = checkToken(request.ClientRequestToken ?? random.uuid());
      const tags = withTags({}, readTags(request.Tags), (words) => new InvalidParameterException(words));
      const now = clock.now();
      const bare: SecretRecord = {
        account: caller.account,
        region: caller.region,
        name: Name,
        suffix: randomWord(SUFFIX_LENGTH, chooserOf(random)),
        ...describedAs(Description),
        createdAt: now,
        changedAt: now,
        versions: [],
        tags,
      };
      const made = value ? addVersion(deps, bare, { token, value, stages: [CURRENT] }) : bare;
      const id = recordId(caller, Name);
      const [known] = await secrets.get([id]);
      if (known && isGone(known.value, now)) await secrets.remove(id, known.version);
      else if (known) return { ...named(known.value), ...madeBefore(deps, known.value, token, value) };
      if (!(await secrets.create(id, made, recordTerms(made)))) throw exists(Name);
      return { ...named(made), ...(value && { VersionId: token }) };
    },

    async UpdateSecret(request, caller) {
      refuseUnbuilt(request);
      const value = valueIn(request);
      const token = checkToken(request.ClientRequestToken ?? random.uuid());
      const changed = await changeSecret(deps, request.SecretId, caller, (secret) => {
        refuseDeleted(secret);
        const next = value ? addVersion(deps, secret, { token, value, stages: [CURRENT] }) : secret;
        return request.Description === undefined
          ? next
          : { ...next, ...describedAs(request.Description), changedAt: clock.now() };
      });
      return { ...named(changed), ...(value && { VersionId: token }) };
    },

    async DescribeSecret({ SecretId }, caller) {
      const secret = await findSecret(deps, SecretId, caller);
      return {
        ...asSecret(secret),
        VersionIdsToStages: stagesById(secret),
        ...(secret.deletion && { DeletedDate: new Date(secret.deletion.dueAt) }),
      };
    },

    async ListSecrets(request, caller) {
      const fits = secretTest(request.Filters ?? []);
      const keyOf = sortKeyOf(request);
      const found = (await allSecrets(deps, caller)).filter(
        (secret) => (request.IncludePlannedDeletion || !secret.deletion) && fits(secret),
      );
      const order = { limit: MAX_LISTED, descending: request.SortOrder === "desc" };
      const { items, ...rest } = secretPage("secrets", found, keyOf, request, order);
      return {
        SecretList: items.map((secret) => ({
          ...asSecret(secret),
          SecretVersionsToStages: stagesById(secret),
          ...(secret.deletion && { DeletedDate: new Date(secret.deletion.requestedAt) }),
        })),
        ...rest,
      };
    },

    GetRandomPassword: async (request) => ({ RandomPassword: randomPassword(request, chooserOf(random)) }),
  };
};

const exists = (name: string): ResourceExistsException =>
  new ResourceExistsException(`The operation failed because the secret ${name} already exists.`);

/** A request that came twice, of the same token and value, is answered as the first was. */
const madeBefore = (
  deps: SecretsDeps,
  known: SecretRecord,
  token: string,
  value: ReturnType<typeof valueIn>,
): { VersionId: string } => {
  if (known.deletion)
    throw new InvalidRequestException(
      "You can't create this secret because a secret with this name is already scheduled for deletion.",
    );
  if (!value || !known.versions.some(({ id }) => id === token)) throw exists(known.name);
  addVersion(deps, known, { token, value, stages: [] });
  return { VersionId: token };
};

const describedAs = (description: string | undefined): { description?: string } => {
  if ((description?.length ?? 0) > 2048)
    throw unsatisfied("description", "…", "have length less than or equal to 2048");
  return description === undefined ? {} : { description };
};

const refuseUnbuilt = ({ KmsKeyId, Type }: { KmsKeyId?: string | undefined; Type?: string | undefined }): void => {
  if (KmsKeyId && KmsKeyId !== DEFAULT_KEY) throw new NotBuiltError(`'KmsKeyId' other than ${DEFAULT_KEY}`);
  if (Type) throw new NotBuiltError("'Type', a secret of a partner,");
};
