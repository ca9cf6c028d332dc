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

/** The engine of a task's host cannot be reached just now. */
export class EngineUnreachableException extends ApiError {
  readonly code = "EngineUnreachableException";
  override readonly fault = "server";
}

/** Something asked for that cannot be. */
export class InvalidParameterException extends ApiError {
  readonly code = "InvalidParameterException";
}

/** berth.yaml as it is now cannot be used; nothing was changed. The message has one line for each problem. */
export class ConfigurationRefusedException extends ApiError {
  readonly code = "ConfigurationRefusedException";
  override readonly detail: Readonly<Record<string, unknown>>;

  constructor(message: string, problems: readonly { readonly where: string; readonly what: string }[]) {
    super(message);
    this.detail = { problems };
  }
}
