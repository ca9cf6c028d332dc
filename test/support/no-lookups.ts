import type { LaunchLookups } from "../../src/fleet/launch-lookups.ts";

/** Containers that have nothing but their own variables. */
export const noLookups: LaunchLookups = {
  environment: async (_, { environment }) => environment,
  registryLogin: () => Promise.reject(new Error("this world has no secrets")),
};
