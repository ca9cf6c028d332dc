import { ApiError } from "../../kernel/errors.ts";

/** There is no such thing as the path names. */
export class ResourceNotFoundException extends ApiError {
  readonly code = "ResourceNotFoundException";

  constructor(kind: string, id: string) {
    super(`There is no ${kind} ${id.slice(0, 200)}.`);
  }
}

/** The thing exists and what is asked contradicts its state; the words say what to do. */
export class ConflictException extends ApiError {
  readonly code = "ConflictException";
}

/** Something asked for that cannot be. */
export class InvalidParameterException extends ApiError {
  readonly code = "InvalidParameterException";
}
