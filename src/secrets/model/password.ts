import type { GetRandomPasswordRequest } from "@aws-sdk/client-secrets-manager";
import { checkRange } from "./errors.ts";
import { InvalidParameterException } from "./secret-errors.ts";

const LOWERCASE = "abcdefghijklmnopqrstuvwxyz";
const UPPERCASE = LOWERCASE.toUpperCase();
const NUMBERS = "0123456789";
const PUNCTUATION = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~";

/** Chooses a number from 0 up to but not `below`. */
export type Choose = (below: number) => number;

/** Letters and digits, as many as asked for. */
export const randomWord = (length: number, choose: Choose): string => {
  const all = LOWERCASE + UPPERCASE + NUMBERS;
  return Array.from({ length }, () => all[choose(all.length)]).join("");
};

/** A password by AWS's rules. Throws ValidationException and InvalidParameterException. */
export const randomPassword = (request: GetRandomPasswordRequest, choose: Choose): string => {
  const { PasswordLength: length = 32, ExcludeCharacters = "", RequireEachIncludedType = true } = request;
  checkRange("passwordLength", length, 1, 4096);
  const kinds = [
    request.ExcludeLowercase ? "" : LOWERCASE,
    request.ExcludeUppercase ? "" : UPPERCASE,
    request.ExcludeNumbers ? "" : NUMBERS,
    request.ExcludePunctuation ? "" : PUNCTUATION,
    request.IncludeSpace ? " " : "",
  ]
    .map((kind) => [...kind].filter((char) => !ExcludeCharacters.includes(char)))
    .filter((kind) => kind.length > 0);
  const all = kinds.flat();
  if (all.length === 0)
    throw new InvalidParameterException("The password can't be created: every character is excluded.");
  const required = RequireEachIncludedType ? kinds : [];
  if (required.length > length)
    throw new InvalidParameterException(
      `The password length ${length} is too short for the ${required.length} character types that it must include.`,
    );
  const chosen = required.map((kind) => kind[choose(kind.length)]!);
  while (chosen.length < length) chosen.push(all[choose(all.length)]!);
  // Those of each kind stand at the front: shuffled, they stand anywhere.
  for (let at = chosen.length - 1; at > 0; at -= 1) {
    const other = choose(at + 1);
    [chosen[at], chosen[other]] = [chosen[other]!, chosen[at]!];
  }
  return chosen.join("");
};
