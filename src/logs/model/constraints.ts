import { InvalidParameterException } from "./errors.ts";

/** AWS's words for a value that breaks a rule of its member. */
export const unsatisfied = (member: string, value: unknown, rule: string): InvalidParameterException =>
  new InvalidParameterException(
    `1 validation error detected: Value '${String(value)}' at '${member}' failed to satisfy constraint: Member must ${rule}`,
  );

/** Checks a whole number's range. Throws InvalidParameterException. */
export const checkRange = (member: string, value: number | undefined, least: number, most: number): void => {
  if (value === undefined) return;
  if (value < least) throw unsatisfied(member, value, `have value greater than or equal to ${least}`);
  if (value > most) throw unsatisfied(member, value, `have value less than or equal to ${most}`);
};

/** Checks a text's length. Throws InvalidParameterException. */
export const checkLength = (member: string, value: string, least: number, most: number): void => {
  if (value.length < least) throw unsatisfied(member, value, `have length greater than or equal to ${least}`);
  if (value.length > most) throw unsatisfied(member, value, `have length less than or equal to ${most}`);
};
