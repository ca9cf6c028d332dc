import { FrontEndError } from "./errors.ts";
import { checkLocalOrigin } from "./origin.ts";
import { verifiedBody } from "./payload.ts";
import { readClaim, readClaimLeniently } from "./signature.ts";
import { type KnownCredentials, unrecognized, verify } from "./verify.ts";
import type { WireRequest } from "./wire.ts";

/** Who holds which key. */
export interface Credentials {
  /** Temporary keys are told by the token that came with them. */
  find(accessKeyId: string, sessionToken: string | undefined): Promise<KnownCredentials | undefined>;
}

/** `sigv4` verifies every signature; `open` takes any, from this machine only. */
export type AuthMode = "open" | "sigv4";

/** Who asks, and the body that may be trusted to be theirs. */
export interface Authenticated {
  readonly account: string;
  readonly region: string;
  readonly principal: string;
  readonly accessKeyId: string | undefined;
  readonly body: Buffer;
}

export interface AuthOptions {
  readonly auth: AuthMode;
  readonly credentials: Credentials;
  /** Of requests that do not tell: the account of unknown keys under `auth: open`, the region of unsigned requests. */
  readonly account: string;
  readonly region: string;
}

/** Finds out who asks; `now` in milliseconds. Throws a FrontEndError that says why not. */
export const authenticate = (request: WireRequest, options: AuthOptions, now: number): Promise<Authenticated> =>
  options.auth === "open" ? takeAtTheirWord(request, options) : demandSignature(request, options, now);

const demandSignature = async (
  request: WireRequest,
  { credentials }: AuthOptions,
  now: number,
): Promise<Authenticated> => {
  const claim = readClaim(request);
  if (!claim) {
    throw new FrontEndError("MissingAuthenticationTokenException", "Request is missing Authentication Token");
  }
  const known = await credentials.find(claim.accessKeyId, claim.sessionToken);
  if (!known) throw unrecognized();
  const body = verify(request, claim, known, now);
  const { account, principal } = known;
  return { account, principal, accessKeyId: claim.accessKeyId, region: claim.scope.region, body };
};

const takeAtTheirWord = async (request: WireRequest, options: AuthOptions): Promise<Authenticated> => {
  checkLocalOrigin(request);
  const claim = readClaimLeniently(request);
  const known = claim && (await options.credentials.find(claim.accessKeyId, claim.sessionToken));
  const account = known?.account ?? options.account;
  return {
    account,
    principal: known?.principal ?? `arn:aws:iam::${account}:root`,
    accessKeyId: claim?.accessKeyId,
    region: claim?.scope.region || options.region,
    body: verifiedBody(request.body, claim, undefined),
  };
};
