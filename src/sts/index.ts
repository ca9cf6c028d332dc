import * as sts from "@aws-sdk/client-sts";
import type { Caller, Operations, OperationTable } from "../kernel/operation.ts";

export { expiryOf, principalOf, readSessionToken, roleCredentials } from "./model/role-session.ts";

const ASSUMED_ROLE = /:assumed-role\/[^/]+\/([^/]+)$/;

/**
 * AWS's user id is no secret and no ARN: here it is the key that signed, with the session's name where a role was taken on, or the account of
 * an unsigned request.
 */
const userIdOf = ({ accessKeyId, account, principal }: Caller): string => {
  const session = ASSUMED_ROLE.exec(principal)?.[1];
  return `${accessKeyId ?? account}${session === undefined ? "" : `:${session}`}`;
};

const operations: Operations<typeof sts, "GetCallerIdentity"> = {
  async GetCallerIdentity(_, caller) {
    return { UserId: userIdOf(caller), Account: caller.account, Arn: caller.principal };
  },
};

/** STS as it is served: it only tells callers who they are. */
export const stsWing = () => ({ model: sts, handlers: operations satisfies OperationTable });
