import { ApiError, InternalError, StoreUnavailableError } from "../../kernel/errors.ts";
import type { ErrorModel } from "../aws/model.ts";

/** An error as /api says it. */
export interface ErrorAnswer {
  readonly status: number;
  readonly body: {
    readonly error: {
      readonly code: string;
      readonly message: string;
      readonly requestId: string;
      readonly detail?: Readonly<Record<string, unknown>>;
    };
  };
}

// By the code's words, first match wins: AWS's JSON protocols answer nearly everything with 400, which tells REST's callers too little.
const STATUS_BY_CODE: readonly (readonly [pattern: RegExp, status: number])[] = [
  [/^NotImplemented$/, 501],
  [/^Unauthorized$/, 401],
  [/AccessDenied|BlockedException|Forbidden/, 403],
  [/NotFound|UnknownOperation/, 404],
  [/Conflict|AlreadyExists|InUse|InProgress|^ClusterContains/, 409],
  [/TooLarge/, 413],
  [/UnsupportedMediaType/, 415],
  [/Throttling|LimitExceeded|TooManyRequests/, 429],
];

/** The HTTP status of an error. `model` is what AWS's model says of it, if it has it. */
export const statusOf = (error: Pick<ApiError, "code" | "fault">, model?: ErrorModel): number => {
  const known = STATUS_BY_CODE.find(([pattern]) => pattern.test(error.code));
  return known?.[1] ?? (error.fault === "server" ? Math.max(500, model?.status ?? 500) : 400);
};

/** What Fastify's own errors (a body too large, no JSON, a schema broken) are called here. */
const CODE_BY_FASTIFY: Readonly<Record<string, string>> = {
  FST_ERR_VALIDATION: "ValidationException",
  FST_ERR_CTP_BODY_TOO_LARGE: "RequestTooLargeException",
  FST_ERR_CTP_INVALID_MEDIA_TYPE: "UnsupportedMediaTypeException",
};

// Fastify's words leave out what to do, and `curl -d` sends a form's type unless told otherwise.
const WORDS_BY_FASTIFY: Readonly<Record<string, string>> = {
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'Send JSON, with the header "content-type: application/json".',
};

/** Any thrown thing as an answer; `unexpected` where it is a bug that the log must tell of. */
export const errorAnswer = (thrown: unknown, requestId: string): ErrorAnswer & { readonly unexpected: boolean } => {
  if (thrown instanceof StoreUnavailableError) return { ...answer(thrown, 503, requestId), unexpected: true };
  if (thrown instanceof ApiError) return { ...answer(thrown, statusOf(thrown), requestId), unexpected: false };
  const status = (thrown as { statusCode?: number } | null)?.statusCode ?? 500;
  if (thrown instanceof Error && status < 500) {
    const cause = (thrown as { code?: string }).code ?? "";
    const code = CODE_BY_FASTIFY[cause] ?? "SerializationException";
    const message = WORDS_BY_FASTIFY[cause] ?? thrown.message;
    return { ...answer({ code, message, detail: {} }, status, requestId), unexpected: false };
  }
  return { ...answer(new InternalError(requestId), 500, requestId), unexpected: true };
};

const answer = (
  { code, message, detail }: Pick<ApiError, "code" | "message" | "detail">,
  status: number,
  requestId: string,
): ErrorAnswer => ({
  status,
  body: { error: { code, message, requestId, ...(Object.keys(detail).length > 0 && { detail }) } },
});
