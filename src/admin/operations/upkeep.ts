import { Type } from "typebox";
import { type OwnOperation, ownOperation } from "../../kernel/own-operation.ts";
import type { AdminDeps } from "../ports.ts";

const ids = Type.Array(Type.String());

/** The configuration read again, and the accounts checked. */
export const upkeepOperations = (deps: Pick<AdminDeps, "reload" | "ledgerDifferences">): OwnOperation[] => [
  ownOperation({
    name: "Reload",
    summary: "Reads berth.yaml again: adds, changes and drains hosts as it now says",
    method: "POST",
    path: "/reload",
    answer: "json",
    status: 200,
    output: Type.Object({ added: ids, changed: ids, drained: ids, warnings: Type.Array(Type.String()) }),
    handle: () => deps.reload(),
  }),
  ownOperation({
    name: "CheckLedger",
    summary: "Compares hosts' accounts with their tasks and engines; every difference is a bug of Berth's",
    method: "GET",
    path: "/ledger",
    answer: "json",
    status: 200,
    output: Type.Object({
      differences: Type.Array(
        Type.Object({
          account: Type.String({ description: "A host's id, or an engine's for the ports its slices share" }),
          entry: Type.String(),
          found: Type.String({ description: "What the account says, or what the engine shows" }),
          tasks: Type.String({ description: "What the tasks on record make of it" }),
        }),
      ),
    }),
    handle: async () => ({ differences: await deps.ledgerDifferences() }),
  }),
];
