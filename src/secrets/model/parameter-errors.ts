import { ApiError } from "../../kernel/errors.ts";

// Parameter Store's errors, each by AWS's code. Its front end's is ValidationException.

export class ParameterNotFound extends ApiError {
  readonly code = "ParameterNotFound";
}

export class ParameterVersionNotFound extends ApiError {
  readonly code = "ParameterVersionNotFound";
}

export class ParameterAlreadyExists extends ApiError {
  readonly code = "ParameterAlreadyExists";

  constructor() {
    super("The parameter already exists. To overwrite this value, set the overwrite option in the request to true.");
  }
}

/** Two requests changed one parameter at once. */
export class TooManyUpdates extends ApiError {
  readonly code = "TooManyUpdates";

  constructor() {
    super("There are concurrent updates for a resource that supports one update at a time.");
  }
}

export class ParameterPatternMismatchException extends ApiError {
  readonly code = "ParameterPatternMismatchException";
}

export class InvalidAllowedPatternException extends ApiError {
  readonly code = "InvalidAllowedPatternException";
}

export class HierarchyLevelLimitExceededException extends ApiError {
  readonly code = "HierarchyLevelLimitExceededException";
}

export class HierarchyTypeMismatchException extends ApiError {
  readonly code = "HierarchyTypeMismatchException";

  constructor() {
    super(
      "Parameter Store does not support changing a parameter type in a hierarchy. For example, you can't change a parameter from a String type to a SecureString type. You must create a new, unique parameter.",
    );
  }
}

export class ParameterMaxVersionLimitExceeded extends ApiError {
  readonly code = "ParameterMaxVersionLimitExceeded";
}

export class ParameterVersionLabelLimitExceeded extends ApiError {
  readonly code = "ParameterVersionLabelLimitExceeded";
}

export class InvalidFilterKey extends ApiError {
  readonly code = "InvalidFilterKey";
}

export class InvalidFilterOption extends ApiError {
  readonly code = "InvalidFilterOption";
}

export class InvalidFilterValue extends ApiError {
  readonly code = "InvalidFilterValue";
}

export class InvalidNextToken extends ApiError {
  readonly code = "InvalidNextToken";

  constructor() {
    super("The specified token isn't valid.");
  }
}

/** No parameter of that name to tag. */
export class InvalidResourceId extends ApiError {
  readonly code = "InvalidResourceId";
}

export class TooManyTagsError extends ApiError {
  readonly code = "TooManyTagsError";
}
