import type { Ecr } from "../ecr.ts";
import { CliError } from "../failure.ts";

/** How a client of the registry proves who it is. */
export interface RegistryLogin {
  /** `localhost:4510`. */
  readonly host: string;
  readonly username: string;
  readonly password: string;
  readonly expiresAt: Date;
}

/** A login of twelve hours, in the session's account and region. Throws CliError where Berth answers none. */
export const registryLogin = async (ecr: Ecr): Promise<RegistryLogin> => {
  const [data] = (await ecr.getAuthorizationToken({})).authorizationData ?? [];
  const decoded = Buffer.from(data?.authorizationToken ?? "", "base64").toString();
  const [username = "", ...rest] = decoded.split(":");
  const host = data?.proxyEndpoint?.replace(/^https?:\/\//, "");
  if (!host || !data?.expiresAt || rest.length === 0) throw new CliError("Berth answered no login to its registry");
  return { host, username, password: rest.join(":"), expiresAt: data.expiresAt };
};
