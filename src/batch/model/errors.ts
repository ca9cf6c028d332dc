import { ApiError } from "../../kernel/errors.ts";

/** The one code Batch has for what a caller did wrong: something invalid, or something that is not there. */
export class ClientException extends ApiError {
  readonly code = "ClientException";
}

/** One of our own paths names what is not there; AWS's operations say ClientException. */
export class ResourceNotFoundException extends ApiError {
  readonly code = "ResourceNotFoundException";
}

/** One of our own paths was to make what is there already. */
export class ResourceAlreadyExistsException extends ApiError {
  readonly code = "ResourceAlreadyExistsException";
}
