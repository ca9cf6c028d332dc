import { isGone } from "../model/secret.ts";
import type { SecretsDeps } from "../ports.ts";

const AT_ONCE = 500;

/** Removes secrets whose last day is over. May run at any time. */
export const forgetDeletedSecrets = async ({
  secrets,
  clock,
}: Pick<SecretsDeps, "secrets" | "clock">): Promise<void> => {
  const ids = await secrets.find([]);
  for (let at = 0; at < ids.length; at += AT_ONCE)
    // Of that version: one that was restored meanwhile stays.
    for (const stored of await secrets.get(ids.slice(at, at + AT_ONCE)))
      if (stored && isGone(stored.value, clock.now())) await secrets.remove(stored.id, stored.version);
};
