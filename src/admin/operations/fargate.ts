import { Type } from "typebox";
import { FARGATE, type HostView } from "../../fleet/index.ts";
import { type OwnOperation, ownOperation } from "../../kernel/own-operation.ts";
import type { AdminDeps } from "../ports.ts";
import { hostHealth, hostState, resources } from "./schemas.ts";

const part = Type.Object({
  engine: Type.String({ description: "Where the engine listens" }),
  state: hostState,
  health: hostHealth,
  total: resources,
  used: resources,
  free: resources,
  runningTasks: Type.Number(),
  pendingTasks: Type.Number(),
});

/** What AWS never tells of Fargate: how much of it there is. */
export const fargateOperations = ({ fleet }: Pick<AdminDeps, "fleet">): OwnOperation[] => [
  ownOperation({
    name: "ListFargateCapacity",
    summary:
      "What each engine gives Fargate, and how much of it tasks hold: beside the hosts, and no container instances",
    method: "GET",
    path: "/fargate/capacity",
    answer: "json",
    status: 200,
    output: Type.Array(part),
    handle: async () => (await fleet.hosts(FARGATE)).map(partOf),
  }),
];

const partOf = ({ engine, state, health, declared, ledger }: HostView) => ({
  engine: engine.docker,
  state,
  health,
  total: declared,
  used: {
    cpuUnits: declared.cpuUnits - ledger.free.cpuUnits,
    memoryMiB: declared.memoryMiB - ledger.free.memoryMiB,
  },
  free: ledger.free,
  runningTasks: ledger.runningTasks,
  pendingTasks: ledger.pendingTasks,
});
