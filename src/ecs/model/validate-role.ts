import { roleNameOf } from "../../kernel/role-name.ts";
import { ClientException } from "./errors.ts";

/** Checks a task's role: any well-formed name or ARN does, since there is no IAM to ask. Throws ClientException. */
export const validateRole = (role: string): void => {
  if (roleNameOf(role) === undefined) throw new ClientException("Role is not valid");
};
