import type { Credentials } from "../config/installation.ts";
import type { TaskId } from "../fleet/index.ts";
import type { Credentials as Holder } from "../http/aws/authenticate.ts";
import type { KnownCredentials } from "../http/aws/verify.ts";
import { principalOf, readSessionToken, roleCredentials } from "../sts/index.ts";

/** Whether that task has not ended: only then do the credentials of its role count. */
type IsRunning = (task: TaskId) => Promise<boolean>;

/** The installation's one lasting key, and those of the roles that tasks have. */
export const keyHolder = (
  { accessKeyId, secretAccessKey }: Credentials,
  account: string,
  isRunning: IsRunning,
): Holder => {
  const ofRole = async (asked: string, sessionToken: string): Promise<KnownCredentials | undefined> => {
    const session = readSessionToken(sessionToken, secretAccessKey);
    if (!session || !(await isRunning(session.name as TaskId))) return undefined;
    const credentials = roleCredentials(session, secretAccessKey);
    if (credentials.accessKeyId !== asked) return undefined;
    const { account, expiresAt } = session;
    return { ...credentials, account, expiresAt, principal: principalOf(session) };
  };
  return {
    async find(asked, sessionToken) {
      if (asked === accessKeyId) return { secretAccessKey, account, principal: `arn:aws:iam::${account}:user/berth` };
      return sessionToken === undefined ? undefined : ofRole(asked, sessionToken);
    },
  };
};
