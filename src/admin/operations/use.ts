import { Type } from "typebox";
import { type OwnOperation, ownOperation } from "../../kernel/own-operation.ts";
import type { AdminDeps } from "../ports.ts";

const bytes = Type.Number();

/** What runs, by what it uses. */
export const useOperations = ({ fleet, clock }: Pick<AdminDeps, "fleet" | "clock">): OwnOperation[] => [
  ownOperation({
    name: "ReadUse",
    summary: "CPU time and memory that running tasks have used, asked of their engines: two readings tell a rate",
    method: "GET",
    path: "/use",
    answer: "json",
    status: 200,
    output: Type.Object({
      at: Type.Number({ description: "Milliseconds since 1970" }),
      tasks: Type.Array(
        Type.Object({
          task: Type.String(),
          host: Type.String(),
          limits: Type.Object(
            { cpuUnits: Type.Optional(Type.Number()), memoryMiB: Type.Optional(Type.Number()) },
            { description: "Over the whole task; absent where nothing caps it" },
          ),
          containers: Type.Array(
            Type.Object({
              name: Type.String(),
              cpuNanos: Type.Number({ description: "Since its program started, over all cores" }),
              memoryBytes: bytes,
              memoryLimitBytes: bytes,
            }),
          ),
        }),
      ),
    }),
    async handle() {
      const at = clock.now();
      const used = await fleet.use();
      const tasks = await fleet.tasks(used.map(({ task }) => task));
      return { at, tasks: used.map((use, index) => ({ ...use, limits: tasks[index]?.spec.limits ?? {} })) };
    },
  }),
];
