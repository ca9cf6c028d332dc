import { SERVICE_TERM } from "../model/store-keys.ts";
import type { ServiceLoopDeps } from "./service-loop-deps.ts";

/** Forgets services that have been INACTIVE for that long. Returns how many. To be called by a sweep; calling it twice at once is harmless. */
export const forgetInactiveServices = async (
  { services, clock }: Pick<ServiceLoopDeps, "services" | "clock">,
  keepMs: number,
): Promise<number> => {
  const before = clock.now() - keepMs;
  let forgotten = 0;
  for (const stored of await services.get(await services.find([SERVICE_TERM.status("INACTIVE")]))) {
    const { inactiveAt = before } = stored?.value ?? {};
    if (stored && inactiveAt <= before && (await services.remove(stored.id, stored.version))) forgotten += 1;
  }
  return forgotten;
};
