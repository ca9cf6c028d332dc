import type { Credentials } from "../config/installation.ts";
import type { Credentials as Holder } from "../http/aws/authenticate.ts";

/** The installation's one key, and whose it is. */
export const keyHolder = ({ accessKeyId, secretAccessKey }: Credentials, account: string): Holder => ({
  find: async (asked) =>
    asked === accessKeyId ? { secretAccessKey, account, principal: `arn:aws:iam::${account}:user/berth` } : undefined,
});
