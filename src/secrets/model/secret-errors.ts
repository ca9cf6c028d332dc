import { ApiError } from "../../kernel/errors.ts";

// Secrets Manager's errors, each by AWS's code.

export class ResourceNotFoundException extends ApiError {
  readonly code = "ResourceNotFoundException";

  constructor(what = "Secrets Manager can't find the specified secret.") {
    super(what);
  }
}

export class ResourceExistsException extends ApiError {
  readonly code = "ResourceExistsException";
}

/** A parameter does not fit the secret's state. */
export class InvalidRequestException extends ApiError {
  readonly code = "InvalidRequestException";
}

/** A parameter's name or value is not valid. */
export class InvalidParameterException extends ApiError {
  readonly code = "InvalidParameterException";
}

export class InvalidNextTokenException extends ApiError {
  readonly code = "InvalidNextTokenException";

  constructor() {
    super("The NextToken value is invalid.");
  }
}
