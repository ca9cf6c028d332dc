import { ApiError } from "../../kernel/errors.ts";

/** A request that does not fit what it asks for; the words say which part. */
export class InvalidRequestError extends ApiError {
  readonly code = "ValidationException";
}

/** Nothing is served at that path. */
export class UnknownPathError extends ApiError {
  readonly code = "UnknownPathNotFound";

  constructor(method: string, path: string) {
    super(`${method} ${path} is not a path of /api. All paths: /api/openapi.json, or /docs in a browser.`);
  }
}

/** The service or operation named in `/api/aws/{service}/{Operation}` does not exist. */
export class UnknownOperationError extends ApiError {
  readonly code = "UnknownOperationException";
}

/** No token, or not ours. */
export class UnauthorizedError extends ApiError {
  readonly code = "Unauthorized";

  constructor() {
    super('This path needs "Authorization: Bearer TOKEN". `berth env` prints it as BERTH_API_TOKEN.');
  }
}

/** The thing the path names does not exist, as the operation's own failures say. */
export class ThingNotFoundError extends ApiError {
  readonly code = "ResourceNotFoundException";
  override readonly detail: Readonly<Record<string, unknown>>;

  constructor(thing: string, failures: readonly unknown[]) {
    super(`${thing} was not found.`);
    this.detail = { failures };
  }
}
