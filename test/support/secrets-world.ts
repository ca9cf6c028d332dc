import type { Test } from "tap";
import { recordStore } from "../../src/adapters/redis/record-store.ts";
import { movableClock } from "../../src/adapters/simulated/clock.ts";
import { aesVault } from "../../src/adapters/vault/aes-vault.ts";
import { systemRandom } from "../../src/kernel/random.ts";
import { type ParameterRecord, type SecretRecord, secretsWing } from "../../src/secrets/index.ts";
import { aRedis, aStore } from "./redis.ts";

const KEY = Buffer.alloc(32, 7);

/** Parameter Store and Secrets Manager over a real Redis. */
export const aSecretsWorld = async (t: Test, now: number) => {
  const store = await aStore(t, await aRedis(t));
  const clock = movableClock(now);
  const deps = {
    parameters: recordStore<ParameterRecord>(store, "parameter"),
    secrets: recordStore<SecretRecord>(store, "secret"),
    clock,
    random: systemRandom,
  };
  const aProcess = (key: Uint8Array = KEY) => secretsWing({ ...deps, vault: aesVault(key, "BERTH_HOME/secrets.key") });
  return {
    clock,
    wing: aProcess(),
    /** The wing as a process with another key sees it. */
    withKey: aProcess,
    deps,
    /** All that Redis holds, as one text. */
    async everythingKept(): Promise<string> {
      const texts: string[] = [];
      for (const key of await store.redis.keys("*")) {
        const type = await store.redis.type(key);
        if (type === "hash") texts.push(JSON.stringify(await store.redis.hgetall(key)));
        else if (type === "stream") texts.push(JSON.stringify(await store.redis.xrange(key, "-", "+")));
        else texts.push(`${key} ${type}`);
      }
      return texts.join("\n");
    },
  };
};
