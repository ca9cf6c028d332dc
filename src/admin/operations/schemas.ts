import { Type } from "typebox";

const text = Type.String();
const optionalText = Type.Optional(text);
const number = Type.Number();
const moment = Type.Number({ description: "Milliseconds since 1970" });
const texts = Type.Record(text, text);

export const resources = Type.Object({
  cpuUnits: Type.Number({ description: "1024 are one core" }),
  memoryMiB: number,
});

export const hostState = Type.Union([Type.Literal("ACTIVE"), Type.Literal("DRAINING"), Type.Literal("INACTIVE")]);
export const hostHealth = Type.Union([Type.Literal("CONNECTED"), Type.Literal("DISCONNECTED"), Type.Literal("LOST")]);

export const hostView = Type.Object({
  id: text,
  instanceId: text,
  ec2InstanceId: text,
  cluster: Type.String({ description: "account/region/name" }),
  engine: Type.Object({
    docker: text,
    tls: Type.Optional(Type.Object({ ca: text, cert: text, key: text }, { description: "Paths of files" })),
  }),
  engineId: text,
  declared: resources,
  publishAddress: text,
  subnet: Type.Optional(Type.String({ description: "Addresses that are routed to its engine, as declared" })),
  network: Type.Optional(
    Type.String({
      description: "The network of its cluster on its engine, in which tasks of mode awsvpc have addresses",
    }),
  ),
  attributes: texts,
  tags: texts,
  engineVersion: text,
  source: Type.Union([Type.Literal("config"), Type.Literal("api")]),
  state: hostState,
  health: hostHealth,
  registeredAt: moment,
  disconnectedAt: Type.Optional(moment),
  ledger: Type.Object({
    free: resources,
    ports: texts,
    groups: Type.Record(text, number),
    runningTasks: number,
    pendingTasks: number,
  }),
});

const lack = Type.Object({
  reason: text,
  detail: text,
  needed: Type.Optional(number),
  free: Type.Optional(number),
  declared: Type.Optional(number),
  never: Type.Optional(Type.Boolean({ description: "The host could not hold it even if it were empty" })),
});

const explanation = Type.Object({
  chosen: optionalText,
  ahead: Type.Optional(Type.Number({ description: "Of a task that waits for a host: so many came before it" })),
  among: Type.Optional(
    Type.Object(
      { hosts: number, withRoom: number },
      { description: "Of a job's task, which Batch's dispatcher placed: `hosts` tells only the chosen one of these" },
    ),
  ),
  hosts: Type.Array(
    Type.Object({
      host: text,
      lacks: Type.Array(lack),
      rank: Type.Optional(number),
      scores: Type.Array(text),
    }),
  ),
});

export const placementRecord = Type.Object({
  requestId: text,
  taskId: optionalText,
  cluster: text,
  group: text,
  at: moment,
  needed: Type.Object({ cpuUnits: number, memoryMiB: number, ports: Type.Array(text) }),
  constraints: Type.Array(Type.Object({ type: text, expression: optionalText })),
  strategies: Type.Array(Type.Object({ type: text, field: optionalText })),
  notes: Type.Optional(Type.Array(text, { description: "What was asked for and is not done" })),
  explanation,
  limitsHeldBy: Type.Optional(
    Type.Union([Type.Literal("task-cgroup"), Type.Literal("containers")], {
      description:
        "What holds the task to its limits, once it has a container: a cgroup over it, or each container its own",
    }),
  ),
});

export const taskParams = Type.Object({ id: Type.String({ minLength: 1, description: "A task's id or ARN" }) });
export const hostParams = Type.Object({ id: Type.String({ minLength: 1, description: "A host's id: local-1" }) });
