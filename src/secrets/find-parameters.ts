import type { Scope } from "../kernel/scope.ts";
import { ParameterNotFound } from "./model/parameter-errors.ts";
import { parseParameterReference } from "./model/parameter-name.ts";
import { type ParameterRecord, recordId, recordTerms } from "./model/records.ts";
import type { SecretsDeps } from "./ports.ts";

const AT_ONCE = 500;

type Deps = Pick<SecretsDeps, "parameters">;

/** A parameter by name or ARN, and the version or label that was asked for. Throws ParameterNotFound. */
export const findParameter = async (
  { parameters }: Deps,
  text: string,
  scope: Scope,
): Promise<{ readonly record: ParameterRecord; readonly selector?: string }> => {
  const { names, ...rest } = parseParameterReference(text, scope) ?? { names: [] };
  const found = (await parameters.get(names.map((name) => recordId(scope, name)))).find((stored) => stored);
  if (!found) throw new ParameterNotFound(`Parameter ${text} not found.`);
  return { record: found.value, ...rest };
};

/** Every parameter of an account and region, by its name. */
export const allParameters = async ({ parameters }: Deps, scope: Scope): Promise<ParameterRecord[]> => {
  const ids = await parameters.find(recordTerms(scope));
  const found: ParameterRecord[] = [];
  for (let at = 0; at < ids.length; at += AT_ONCE)
    for (const stored of await parameters.get(ids.slice(at, at + AT_ONCE))) if (stored) found.push(stored.value);
  return found;
};
