import { changeRecord } from "../kernel/change-record.ts";
import type { Scope } from "../kernel/scope.ts";
import { recordId, recordTerms, type SecretRecord } from "./model/records.ts";
import { isGone, secretCandidates } from "./model/secret.ts";
import { ResourceNotFoundException } from "./model/secret-errors.ts";
import type { SecretsDeps } from "./ports.ts";

const AT_ONCE = 500;

type Deps = Pick<SecretsDeps, "secrets" | "clock">;

/** A secret by name or ARN, also one that is to be deleted. Throws ResourceNotFoundException. */
export const findSecret = async ({ secrets, clock }: Deps, id: string, scope: Scope): Promise<SecretRecord> => {
  const candidates = secretCandidates(id, scope);
  const found = await secrets.get(candidates.map(({ name }) => recordId(scope, name)));
  const index = found.findIndex(
    (stored, at) =>
      stored &&
      !isGone(stored.value, clock.now()) &&
      (candidates[at]?.suffix === undefined || candidates[at]?.suffix === stored.value.suffix),
  );
  const secret = found[index]?.value;
  if (!secret) throw new ResourceNotFoundException();
  return secret;
};

/** Changes a secret that a request names. Throws ResourceNotFoundException, and what the decision throws. */
export const changeSecret = async (
  deps: Deps,
  id: string,
  scope: Scope,
  decide: (secret: SecretRecord) => SecretRecord,
): Promise<SecretRecord> => {
  const { name, suffix } = await findSecret(deps, id, scope);
  const changed = await changeRecord(deps.secrets, recordId(scope, name), recordTerms, (secret) => {
    // Another one of that name was made meanwhile.
    if (secret.suffix !== suffix) throw new ResourceNotFoundException();
    return decide(secret);
  });
  if (!changed) throw new ResourceNotFoundException();
  return changed;
};

/** Every secret of an account and region that is not gone. */
export const allSecrets = async ({ secrets, clock }: Deps, scope: Scope): Promise<SecretRecord[]> => {
  const ids = await secrets.find(recordTerms(scope));
  const found: SecretRecord[] = [];
  for (let at = 0; at < ids.length; at += AT_ONCE)
    for (const stored of await secrets.get(ids.slice(at, at + AT_ONCE)))
      if (stored && !isGone(stored.value, clock.now())) found.push(stored.value);
  return found;
};
