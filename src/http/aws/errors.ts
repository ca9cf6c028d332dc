import { ApiError, NotBuiltError } from "../../kernel/errors.ts";
import { ValidationException } from "./bad-input.ts";
import type { ErrorModel, ProtocolName, ServiceModel } from "./model.ts";

/** An error of AWS's front ends: raised before any handler, known by every service. Each protocol says it in its own words. */
export class FrontEndError extends ApiError {
  readonly code: FrontEndCode;

  constructor(code: FrontEndCode, message: string) {
    super(message);
    this.code = code;
  }
}

export type FrontEndCode = Exclude<keyof typeof FRONT_END_ERRORS, "SerializationException" | "ValidationException">;

interface Saying {
  readonly code: string;
  readonly status: number;
}

interface FrontEndSayings {
  /** Status in awsJson. */
  readonly json: number;
  /** Status in restJson. */
  readonly rest: number;
  readonly query: Saying;
}

const sayings = (json: number, rest: number, code: string, status: number): FrontEndSayings => ({
  json,
  rest,
  query: { code, status },
});

// As the three kinds of AWS's front ends answer: names with "Exception" in JSON, without it in awsQuery.
const FRONT_END_ERRORS = {
  MissingAuthenticationTokenException: sayings(400, 403, "MissingAuthenticationToken", 403),
  IncompleteSignatureException: sayings(400, 403, "IncompleteSignature", 400),
  UnrecognizedClientException: sayings(400, 403, "InvalidClientTokenId", 403),
  InvalidSignatureException: sayings(400, 403, "SignatureDoesNotMatch", 403),
  ExpiredTokenException: sayings(400, 403, "ExpiredToken", 403),
  RequestExpired: sayings(400, 403, "RequestExpired", 400),
  AccessDeniedException: sayings(403, 403, "AccessDenied", 403),
  UnknownOperationException: sayings(400, 404, "InvalidAction", 400),
  RequestEntityTooLargeException: sayings(413, 413, "RequestEntityTooLarge", 413),
  SerializationException: sayings(400, 400, "MalformedInput", 400),
  ValidationException: sayings(400, 400, "ValidationError", 400),
} as const satisfies Readonly<Record<string, FrontEndSayings>>;

// No model says which of its errors the service's front end uses for input that breaks the model. ECS, ECR and Logs use
// the first, Lambda the second, newer services the third, Batch the last.
const VALIDATION_CODES = [
  "InvalidParameterException",
  "InvalidParameterValueException",
  "ValidationException",
  "ClientException",
] as const;

/** An error as one protocol of one service says it. */
export interface SaidError {
  readonly code: string;
  readonly status: number;
  readonly fault: "client" | "server";
  readonly message: string;
  readonly detail: Readonly<Record<string, unknown>>;
  /** The model's own shape for it, where it has one. */
  readonly model: ErrorModel | undefined;
}

/** Finds code and status for an error: the model's own if it knows it, the front end's next, else 400 or 500 by fault. */
export const sayError = (error: ApiError, service: ServiceModel | undefined, protocol: ProtocolName): SaidError => {
  const { fault, message, detail } = error;
  const name = error instanceof ValidationException ? validationCode(error, service, protocol) : error.code;
  const model = service?.errors.get(name);
  const said = { message, detail, model, fault: model?.fault ?? fault };
  if (error instanceof NotBuiltError) return { ...said, code: error.code, status: 501 };
  const frontEnd = FRONT_END_ERRORS[name as keyof typeof FRONT_END_ERRORS] as FrontEndSayings | undefined;
  const byFault = said.fault === "client" ? 400 : 500;
  if (protocol === "awsQuery") {
    if (frontEnd && (!model || error instanceof FrontEndError)) return { ...said, ...frontEnd.query };
    return { ...said, code: model?.queryCode ?? name, status: model?.status ?? byFault };
  }
  const frontEndStatus = protocol === "restJson1" ? frontEnd?.rest : frontEnd?.json;
  // What the front end raised keeps the front end's status; a model's status counts for what a handler threw.
  const status = error instanceof FrontEndError ? frontEndStatus : (model?.status ?? frontEndStatus);
  return { ...said, code: name, status: status ?? byFault };
};

const validationCode = ({ code }: ApiError, service: ServiceModel | undefined, protocol: ProtocolName): string =>
  (protocol === "awsQuery" ? undefined : VALIDATION_CODES.find((one) => service?.errors.has(one))) ?? code;
