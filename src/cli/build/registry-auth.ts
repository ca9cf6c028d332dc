import type { RegistryLogin } from "../images/registry-login.ts";

/** With padding: older engines read no other base64. */
const encoded = (value: unknown): string =>
  Buffer.from(JSON.stringify(value)).toString("base64").replaceAll("+", "-").replaceAll("/", "_");

/** The header X-Registry-Auth, for a push. */
export const registryAuth = ({ host, username, password }: RegistryLogin): string =>
  encoded({ username, password, serveraddress: host });

/** The header X-Registry-Config, for what a build pulls. */
export const registryConfig = ({ host, username, password }: RegistryLogin): string =>
  encoded({ [host]: { username, password } });
