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
          host: Type.String(),
          what: Type.String(),
          expected: Type.Unknown(),
          found: Type.Unknown(),
        }),
      ),
    }),
    handle: async () => ({ differences: await deps.ledgerDifferences() }),
  }),
];
