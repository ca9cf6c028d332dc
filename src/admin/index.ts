import type { OwnOperation } from "../kernel/own-operation.ts";
import { execOperations } from "./operations/exec.ts";
import { fargateOperations } from "./operations/fargate.ts";
import { hostOperations } from "./operations/hosts.ts";
import { logOperations } from "./operations/logs.ts";
import { placementOperations } from "./operations/placement.ts";
import { progressOperations } from "./operations/progress.ts";
import { upkeepOperations } from "./operations/upkeep.ts";
import { useOperations } from "./operations/use.ts";
import { webhookOperations } from "./operations/webhooks.ts";
import type { AdminDeps } from "./ports.ts";

/** Berth's own operations: what AWS has no word for. */
export const adminOperations = (deps: AdminDeps): OwnOperation[] => [
  ...placementOperations(deps),
  ...logOperations(deps),
  ...execOperations(deps),
  ...progressOperations(deps),
  ...hostOperations(deps),
  ...fargateOperations(deps),
  ...upkeepOperations(deps),
  ...useOperations(deps),
  ...webhookOperations(deps),
];

export { webhookDeliverer } from "./control/webhook-deliverer.ts";
export { census } from "./model/census.ts";
export { ConfigurationRefusedException } from "./model/errors.ts";
export type { Webhook } from "./model/webhook.ts";
export { WEBHOOK_QUEUE, webhookWakeUps } from "./model/webhook-wake-ups.ts";
export type { AdminDeps, LaunchProgress, LedgerDifference, Post, ReloadReport } from "./ports.ts";
