import { Type } from "typebox";
import { EngineError, EngineUnreachableError, isInternal, type RunningExec, type Task } from "../../fleet/index.ts";
import { type OwnOperation, type OwnSocket, ownOperation } from "../../kernel/own-operation.ts";
import {
  ConflictException,
  EngineUnreachableException,
  InvalidParameterException,
  ResourceNotFoundException,
} from "../model/errors.ts";
import { fromClient, toClient } from "../model/exec-channels.ts";
import { taskIdOf } from "../model/task-id.ts";
import type { AdminDeps } from "../ports.ts";
import { taskParams } from "./schemas.ts";

const side = Type.Optional(Type.Integer({ minimum: 1, maximum: 65_535 }));

/** Programs run in containers of tasks. */
export const execOperations = ({ fleet }: Pick<AdminDeps, "fleet">): OwnOperation[] => [
  ownOperation({
    name: "Exec",
    summary:
      "Runs a program in a container of a RUNNING task, over a WebSocket with Kubernetes' v5.channel.k8s.io; the status is its exit code",
    method: "GET",
    path: "/tasks/{id}/exec",
    params: taskParams,
    query: Type.Object(
      {
        command: Type.Array(Type.String(), { minItems: 1, description: "The program, then each of its arguments" }),
        container: Type.Optional(
          Type.String({ minLength: 1, description: "May be absent where the task has only one" }),
        ),
        tty: Type.Optional(Type.Boolean({ description: "Gives it a terminal; its output is then one stream" })),
        columns: side,
        rows: side,
      },
      { additionalProperties: false },
    ),
    answer: "socket",
    async handle({ params, query }) {
      const id = taskIdOf(params.id);
      const [task] = await fleet.tasks([id]);
      if (!task) throw new ResourceNotFoundException("task", params.id);
      const container = containerOf(task, query.container);
      const { command, tty = false, columns = 80, rows = 24 } = query;
      const terminal = tty ? { terminal: { columns, rows } } : {};
      const exec = await fleet.exec(id, container, { command, ...terminal }).catch(refused);
      return (socket) => converse(exec, socket);
    },
  }),
];

const containerOf = ({ spec, observed }: Task, asked: string | undefined): string => {
  if (observed.status !== "RUNNING")
    throw new ConflictException(`The task is ${observed.status}: a program can be run in a RUNNING one only.`);
  const names = spec.containers.map(({ name }) => name).filter((name) => !isInternal(name));
  if (asked !== undefined && names.includes(asked)) return asked;
  if (asked !== undefined)
    throw new InvalidParameterException(`The task has no container ${asked}; it has ${names.join(", ")}.`);
  if (names.length > 1) throw new InvalidParameterException(`Name one of the task's containers: ${names.join(", ")}.`);
  return names[0]!;
};

const refused = (error: unknown): never => {
  if (error instanceof EngineError) throw new ConflictException(error.message);
  if (error instanceof EngineUnreachableError) throw new EngineUnreachableException(error.message);
  throw error;
};

/** Carries what the client says in and what the program says out, until the program has ended or the client has gone. */
const converse = async (exec: RunningExec, { received, send }: OwnSocket): Promise<void> => {
  const listening = listen(exec, received).finally(exec.close);
  listening.catch(() => {});
  try {
    for await (const { stream, bytes } of exec.output) await send(toClient(stream, bytes));
    const exitCode = await exec.exitCode();
    await send(toClient("status", Buffer.from(JSON.stringify({ exitCode }))));
  } finally {
    exec.close();
  }
};

const listen = async (exec: RunningExec, received: AsyncIterable<Uint8Array>): Promise<void> => {
  for await (const message of received) {
    const said = fromClient(message);
    if (said?.type === "input") await exec.write(said.bytes);
    if (said?.type === "end of input") exec.endInput();
    if (said?.type === "resize") await exec.resize(said.size);
  }
};
