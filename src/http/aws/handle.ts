import type { Clock } from "../../kernel/clock.ts";
import { ApiError, InternalError, NotBuiltError } from "../../kernel/errors.ts";
import type { Caller, Operation } from "../../kernel/operation.ts";
import { type AuthOptions, authenticate } from "./authenticate.ts";
import { FrontEndError, sayError } from "./errors.ts";
import { BadOutputError } from "./json-codec.ts";
import { guessProtocol, PROTOCOLS } from "./protocols.ts";
import type { FindOperation, Found } from "./routes.ts";
import { readClaimLeniently } from "./signature.ts";
import type { WireRequest, WireResponse } from "./wire.ts";

/** Where what went wrong on our side is written down. */
export interface WireLog {
  error(details: object, message: string): void;
  warn(details: object, message: string): void;
}

export interface HandleOptions extends AuthOptions {
  readonly clock: Clock;
  /** Throw on a member that a handler answered and AWS's model does not know; otherwise it is left out and logged. */
  readonly strictOutput: boolean;
}

/** Answers one request, whatever it is: every error is said in the protocol its sender speaks. */
export const handleRequest = async (
  find: FindOperation,
  options: HandleOptions,
  request: WireRequest,
  requestId: string,
  log: WireLog,
): Promise<WireResponse> => {
  const signingName = readClaimLeniently(request)?.scope.service;
  const found = find(request, signingName);
  try {
    if (!found) throw nobodyServes(request, signingName);
    return await answer(found, options, request, requestId, log);
  } catch (thrown) {
    return answerError(thrown, found, request, requestId, log);
  }
};

const nobodyServes = (request: WireRequest, signingName: string | undefined): ApiError =>
  signingName === undefined
    ? new FrontEndError(
        "UnknownOperationException",
        `No service has ${request.method} ${request.path.slice(0, 200)}. Berth's own pages: /docs, /metrics, /healthz; its API: /api.`,
      )
    : new NotBuiltError(`The service "${signingName.slice(0, 100)}"`);

const answer = async (
  found: Found,
  options: HandleOptions,
  request: WireRequest,
  requestId: string,
  log: WireLog,
): Promise<WireResponse> => {
  const { body, ...identity } = await authenticate(request, options, options.clock.now());
  const { operation, handler } = handlerOf(found);
  const { model, labels, form } = found;
  const protocol = PROTOCOLS[model.protocol];
  const input = protocol.decode(operation, { request: { ...request, body }, labels, form });
  const idempotencyKey = request.headers["idempotency-key"];
  const caller: Caller = {
    ...identity,
    requestId,
    ...(typeof idempotencyKey === "string" && { idempotencyKey }),
  };
  const output = await handler(input, caller);
  return protocol.encode({ service: model, operation, output, requestId }, (place) => {
    if (options.strictOutput) throw new BadOutputError(`${place} is not in AWS's model`);
    log.warn({ requestId, place }, "a handler answered a member that AWS's model lacks; it was left out");
  });
};

const handlerOf = ({ served, model, operation, asked }: Found) => {
  if (!operation) {
    const version = model.apiVersion === "" ? "" : ` for version ${model.apiVersion}`;
    const words = `Could not find operation ${asked.slice(0, 200)}${version}`;
    throw new FrontEndError("UnknownOperationException", words);
  }
  // The table types each handler by its own operation; only the model can say here that the input is that operation's.
  const handler = served.handlers[operation.name] as Operation<unknown, object> | undefined;
  if (!handler) throw new NotBuiltError(`${model.serviceId} ${operation.name}`);
  return { operation, handler };
};

/** Says an error as the service that was found says it, or in the protocol that the request speaks. */
export const answerError = (
  thrown: unknown,
  found: Found | undefined,
  request: WireRequest,
  requestId: string,
  log: WireLog,
): WireResponse => {
  const protocol = found?.model.protocol ?? guessProtocol(request);
  const error = thrown instanceof ApiError ? thrown : new InternalError(requestId);
  if (error !== thrown) log.error({ err: thrown, requestId, operation: found?.asked }, "a request broke");
  return PROTOCOLS[protocol].sayError(sayError(error, found?.model, protocol), found?.model, requestId);
};
