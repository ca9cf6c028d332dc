import { ConfigurationRefusedException, type ReloadReport } from "../admin/index.ts";
import { ConfigError } from "../config/problem.ts";

/** Reloads for a caller of /api: a file that cannot be used is the caller's news, line by line, and not a bug of Berth's. */
export const reloadForCallers = (reload: () => Promise<ReloadReport>) => (): Promise<ReloadReport> =>
  reload().catch((error: unknown) => {
    throw error instanceof ConfigError ? new ConfigurationRefusedException(error.message, error.problems) : error;
  });
