import { ApiError, RegistryUnavailableError, StoreUnavailableError } from "../../kernel/errors.ts";
import { DoorError } from "./errors.ts";

/** An error as the registry's clients read it. */
export interface ErrorAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: { readonly errors: readonly { code: string; message: string; detail?: unknown }[] };
  /** Nobody thought of it: for the log. */
  readonly unexpected: boolean;
}

/** AWS's codes as the registry says them. */
const SAID: Readonly<Record<string, readonly [number, string]>> = {
  RepositoryNotFoundException: [404, "NAME_UNKNOWN"],
  ImageNotFoundException: [404, "MANIFEST_UNKNOWN"],
  ImageTagAlreadyExistsException: [400, "TAG_INVALID"],
  ImageDigestDoesNotMatchException: [400, "DIGEST_INVALID"],
  ImageAlreadyExistsException: [400, "TAG_INVALID"],
  LayersNotFoundException: [404, "MANIFEST_BLOB_UNKNOWN"],
  ReferencedImagesNotFoundException: [404, "MANIFEST_BLOB_UNKNOWN"],
  LimitExceededException: [403, "DENIED"],
  AccessDeniedException: [403, "DENIED"],
  RepositoryPolicyNotFoundException: [403, "DENIED"],
  InvalidParameterException: [400, "MANIFEST_INVALID"],
  LifecyclePolicyPreviewInProgressException: [409, "DENIED"],
};

const AGAIN_AFTER_SECONDS = "1";

/** Every error in the registry's shape. One that nobody thought of becomes UNKNOWN with the request's id. */
export const errorAnswer = (error: unknown, requestId: string): ErrorAnswer => {
  const answer = (
    status: number,
    code: string,
    message: string,
    { headers = {}, detail, unexpected = false }: Partial<Omit<ErrorAnswer, "body">> & { detail?: unknown } = {},
  ): ErrorAnswer => ({
    status,
    headers,
    unexpected,
    body: { errors: [{ code, message, ...(detail !== undefined && { detail }) }] },
  });
  if (error instanceof DoorError) return answer(error.status, error.code, error.message, error);
  if (error instanceof RegistryUnavailableError || error instanceof StoreUnavailableError)
    return answer(503, "UNAVAILABLE", error.message, { headers: { "retry-after": AGAIN_AFTER_SECONDS } });
  const said = error instanceof ApiError ? SAID[error.code] : undefined;
  if (said) return answer(...said, (error as ApiError).message);
  return answer(500, "UNKNOWN", `Something in Berth broke. Its log tells more under request ${requestId}.`, {
    unexpected: true,
  });
};
