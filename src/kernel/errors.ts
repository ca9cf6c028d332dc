/**
 * An error that a caller is told: its AWS code and its words. How it is said (status, shape, header) is the protocol's business, in `http/`.
 * `fault` says whose it is; `detail` travels beside the message where the protocol has room for more members.
 */
export abstract class ApiError extends Error {
  abstract readonly code: string;
  readonly fault: "client" | "server" = "client";
  readonly detail: Readonly<Record<string, unknown>> = {};

  override get name(): string {
    return this.code;
  }
}

/** What Berth does not build yet. Always answered as 501, never as a pretended success. */
export class NotBuiltError extends ApiError {
  readonly code = "NotImplemented";
  override readonly fault = "server";

  constructor(what: string, instead?: string) {
    super(`${what} is not built in Berth yet${instead === undefined ? "" : `: use ${instead} instead`}.`);
  }
}

/** A bug or a broken part, with the request id by which the log explains it. */
export class InternalError extends ApiError {
  readonly code = "ServerException";
  override readonly fault = "server";

  constructor(requestId: string) {
    super(`Something in Berth broke. Its log tells more under request ${requestId}.`);
  }
}

/** The store does not answer. What was asked may have been done or not: asking again is safe for whoever names a cause. */
export class StoreUnavailableError extends ApiError {
  readonly code = "ServerException";
  override readonly fault = "server";

  constructor(options?: ErrorOptions) {
    super(
      "Berth's Redis does not answer. Try again; whether this request took effect is not known. " +
        "Where it has ended, as a full disk ends it, `berth up` starts it again once there is room.",
    );
    if (options?.cause !== undefined) this.cause = options.cause;
  }
}

/** The registry that keeps blobs and manifests does not answer. What was acknowledged is there when it comes back. */
export class RegistryUnavailableError extends ApiError {
  readonly code = "ServerException";
  override readonly fault = "server";

  constructor(options?: ErrorOptions) {
    super("The registry behind Berth's does not answer. Try again; `npm run up` starts it where it has stopped.");
    if (options?.cause !== undefined) this.cause = options.cause;
  }
}
