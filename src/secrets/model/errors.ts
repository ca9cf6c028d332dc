import { ApiError } from "../../kernel/errors.ts";

/** A member breaks a rule of its own. */
export class ValidationException extends ApiError {
  readonly code = "ValidationException";
}

/** AWS's words for a value that breaks a rule of its member. Of what may be secret say nothing but `***`. */
export const unsatisfied = (member: string, value: unknown, rule: string): ValidationException =>
  new ValidationException(
    `1 validation error detected: Value '${String(value)}' at '${member}' failed to satisfy constraint: Member must ${rule}`,
  );

/** Checks a whole number's range. Throws ValidationException. */
export const checkRange = (member: string, value: number | undefined, least: number, most: number): void => {
  if (value === undefined) return;
  if (value < least) throw unsatisfied(member, value, `have value greater than or equal to ${least}`);
  if (value > most) throw unsatisfied(member, value, `have value less than or equal to ${most}`);
};

/** Checks how many items a list has. Throws ValidationException. */
export const checkLength = (member: string, items: readonly unknown[] | undefined, most: number): void => {
  if (items?.length === 0) throw unsatisfied(member, "[]", "have length greater than or equal to 1");
  if ((items?.length ?? 0) > most) throw unsatisfied(member, "[…]", `have length less than or equal to ${most}`);
};

/** A value was encrypted under another key than the one that is here. */
export class DecryptionFailure extends ApiError {
  readonly code = "DecryptionFailure";
}
