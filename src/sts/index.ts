import * as sts from "@aws-sdk/client-sts";
import type { Caller, Operations, OperationTable } from "../kernel/operation.ts";

/** AWS's user id is no secret and no ARN: here it is the key that signed, or the account of an unsigned request. */
const userIdOf = ({ accessKeyId, account }: Caller): string => accessKeyId ?? account;

const operations: Operations<typeof sts, "GetCallerIdentity"> = {
  async GetCallerIdentity(_, caller) {
    return { UserId: userIdOf(caller), Account: caller.account, Arn: caller.principal };
  },
};

/** STS as it is served: it only tells callers who they are. */
export const stsWing = () => ({ model: sts, handlers: operations satisfies OperationTable });
