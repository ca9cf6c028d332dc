import { aesVault } from "../adapters/vault/aes-vault.ts";
import { secretsKey } from "../config/installation.ts";
import { systemClock } from "../kernel/clock.ts";
import { systemRandom } from "../kernel/random.ts";
import { type SecretsDeps, secretsWing } from "../secrets/index.ts";

/** Parameter Store and Secrets Manager, encrypted under the key in BERTH_HOME. Throws ConfigError where that is none. */
export const secretsParts = async (home: string, stores: Pick<SecretsDeps, "parameters" | "secrets">) => {
  const { key, file } = await secretsKey(home);
  return secretsWing({ ...stores, vault: aesVault(key, file), clock: systemClock, random: systemRandom });
};
