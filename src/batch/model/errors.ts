import { ApiError } from "../../kernel/errors.ts";

/** The one code Batch has for what a caller did wrong: something invalid, or something that is not there. */
export class ClientException extends ApiError {
  readonly code = "ClientException";
}
