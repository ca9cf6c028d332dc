import type { Fleet } from "../fleet/index.ts";
import type { ChangeListeners } from "../kernel/change-feed.ts";
import type { Clock } from "../kernel/clock.ts";
import type { Random } from "../kernel/random.ts";
import type { RecordStore } from "../kernel/records.ts";
import type { Webhook } from "./model/webhook.ts";

/** What reading berth.yaml again led to; hosts by id. */
export interface ReloadReport {
  readonly added: readonly string[];
  readonly changed: readonly string[];
  readonly drained: readonly string[];
  readonly warnings: readonly string[];
}

/** Where an account and the tasks it stands for disagree: a bug of Berth's, whichever is right. */
export interface LedgerDifference {
  /** A host's id, or an engine's for the ports its slices share. */
  readonly account: string;
  /** `free cpuUnits`, `port tcp/8080`, `container main of task 0123…`, … */
  readonly entry: string;
  /** In the account, or on the engine. */
  readonly found: string;
  /** What the tasks on record make of it. */
  readonly tasks: string;
}

/** Lines for people while a task is launched, as this control plane's own launches tell them. */
export interface LaunchProgress {
  /** Calls `listener` with each line from now on; returns how to stop it. */
  listen(task: string, listener: (line: string) => void): () => void;
}

/** Sends a body to an address; answers the HTTP status. Throws where nobody answers in time. Follows no redirect. */
export type Post = (url: string, body: string, headers: Readonly<Record<string, string>>) => Promise<number>;

/** What this wing needs of the outside. */
export interface AdminDeps {
  readonly fleet: Fleet;
  readonly clock: Clock;
  readonly random: Random;
  readonly listeners: ChangeListeners;
  readonly progress: LaunchProgress;
  readonly webhooks: RecordStore<Webhook>;
  /** Throws ConfigurationRefusedException where the file cannot be used. */
  readonly reload: () => Promise<ReloadReport>;
  readonly ledgerDifferences: () => Promise<readonly LedgerDifference[]>;
}
