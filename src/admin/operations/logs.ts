import { Type } from "typebox";
import { isInternal, type LogLine } from "../../fleet/index.ts";
import { type OwnOperation, ownOperation } from "../../kernel/own-operation.ts";
import { InvalidParameterException, ResourceNotFoundException } from "../model/errors.ts";
import { taskIdOf } from "../model/task-id.ts";
import type { AdminDeps } from "../ports.ts";
import { mergeAsTheyCome, mergeInOrder } from "./merge.ts";
import { taskParams } from "./schemas.ts";

interface TaskLogLine {
  readonly container: string;
  readonly stream: LogLine["stream"];
  readonly at: string;
  readonly text: string;
  /** Only where the line goes on in the next one. */
  readonly partial?: true;
}

const lineSchema = Type.Object({
  container: Type.String(),
  stream: Type.Union([Type.Literal("stdout"), Type.Literal("stderr")]),
  at: Type.String({ format: "date-time", description: "With nanoseconds, the engine's own stamp" }),
  text: Type.String(),
  partial: Type.Optional(Type.Literal(true, { description: "The line goes on in the next one" })),
});

/** What tasks printed. */
export const logOperations = ({ fleet }: Pick<AdminDeps, "fleet">): OwnOperation[] => [
  ownOperation({
    name: "ReadLogs",
    summary: "What a task's containers printed; with follow until the task has stopped and all is told",
    method: "GET",
    path: "/tasks/{id}/logs",
    params: taskParams,
    query: Type.Object(
      {
        container: Type.Optional(Type.String({ minLength: 1, description: "All of the task's where absent" })),
        follow: Type.Optional(Type.Boolean()),
        tail: Type.Optional(Type.Integer({ minimum: 0, description: "Only so many last lines of each container" })),
      },
      { additionalProperties: false },
    ),
    answer: "lines",
    output: lineSchema,
    async handle({ params, query, signal }) {
      const id = taskIdOf(params.id);
      const [task] = await fleet.tasks([id]);
      if (!task) throw new ResourceNotFoundException("task", params.id);
      const names = task.spec.containers.map(({ name }) => name).filter((name) => !isInternal(name));
      if (query.container !== undefined && !names.includes(query.container)) {
        throw new InvalidParameterException(
          `The task has no container ${query.container}; it has ${names.join(", ")}.`,
        );
      }
      const { follow = false, tail } = query;
      const options = { follow, signal, ...(tail !== undefined && { tail }) };
      const wanted = query.container === undefined ? names : [query.container];
      const sources = wanted.map((name) => named(name, fleet.logs(id, name, options)));
      // What is still being written cannot be put in order: waiting for a quiet container would hold back all others.
      return follow ? mergeAsTheyCome(sources) : mergeInOrder(sources, (one, other) => one.at < other.at);
    },
  }),
];

async function* named(container: string, lines: AsyncIterable<LogLine>): AsyncIterable<TaskLogLine> {
  for await (const { stream, at, text, partial } of lines) {
    yield { container, stream, at, text, ...(partial && { partial }) };
  }
}
