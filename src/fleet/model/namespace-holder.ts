import { prerequisitesOf, startOrder } from "./dependencies.ts";
import type { TaskSpec } from "./task-spec.ts";

/**
 * The container whose process and IPC namespaces the others of its task join where `pidMode` or `ipcMode` is `task`; `undefined`
 * where they share none. It waits for none of the others: an essential one if it can be, since they cannot start once it has ended.
 */
export const namespaceHolder = ({ pidMode, ipcMode, containers }: TaskSpec): string | undefined => {
  if (pidMode !== "task" && ipcMode !== "task") return undefined;
  const lasting = containers.find((spec) => spec.essential && prerequisitesOf(spec).length === 0);
  return lasting?.name ?? startOrder(containers)[0];
};
