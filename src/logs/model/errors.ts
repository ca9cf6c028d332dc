import { ApiError } from "../../kernel/errors.ts";

/** A parameter that is not valid. */
export class InvalidParameterException extends ApiError {
  readonly code = "InvalidParameterException";
}

/** No log group, log stream or tagged resource of that name. */
export class ResourceNotFoundException extends ApiError {
  readonly code = "ResourceNotFoundException";
}

/** A log group or log stream of that name exists. */
export class ResourceAlreadyExistsException extends ApiError {
  readonly code = "ResourceAlreadyExistsException";
}

/** TagResource would give a resource more tags than it may have. */
export class TooManyTagsException extends ApiError {
  readonly code = "TooManyTagsException";
}

/** The group that a request names is not there. */
export const noSuchGroup = (): ResourceNotFoundException =>
  new ResourceNotFoundException("The specified log group does not exist.");

/** The stream that a request names is not there. */
export const noSuchStream = (): ResourceNotFoundException =>
  new ResourceNotFoundException("The specified log stream does not exist.");
