import type { IncomingHttpHeaders } from "node:http";
import type { Caller } from "../../kernel/operation.ts";
import type { Scope } from "../../kernel/scope.ts";
import { InvalidRequestError } from "./errors.ts";

/** Who asks by a bearer token: the installation's user, in the scope that X-Berth-Account and X-Berth-Region name. */
export const restCaller = (headers: IncomingHttpHeaders, defaults: Scope, requestId: string): Caller => {
  const account = header(headers, "x-berth-account", /^\d{12}$/, "12 digits") ?? defaults.account;
  const region = header(headers, "x-berth-region", /^[a-z0-9-]{1,32}$/, "a region's name") ?? defaults.region;
  const idempotencyKey = headers["idempotency-key"];
  return {
    account,
    region,
    requestId,
    principal: `arn:aws:iam::${account}:user/berth`,
    accessKeyId: undefined,
    ...(typeof idempotencyKey === "string" && { idempotencyKey }),
  };
};

const header = (headers: IncomingHttpHeaders, name: string, form: RegExp, words: string): string | undefined => {
  const value = headers[name];
  if (value === undefined) return undefined;
  if (typeof value !== "string" || !form.test(value))
    throw new InvalidRequestError(`the header ${name} is not ${words}`);
  return value;
};
