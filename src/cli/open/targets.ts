import type { Task } from "@aws-sdk/client-ecs";

/** Where a port of a task is met. */
export interface Target {
  readonly host: string;
  readonly port: number;
}

const ANY_ADDRESS: ReadonlySet<string> = new Set(["0.0.0.0", "::", ""]);

/** Where that container port of a task is met over TCP: at what it is published on, or at the task's own address. */
export const targetOf = ({ containers = [], attachments = [] }: Task, port: number): Target | undefined => {
  const binding = containers
    .flatMap(({ networkBindings = [] }) => networkBindings)
    .find(({ containerPort, protocol }) => containerPort === port && protocol !== "udp");
  if (binding?.hostPort !== undefined) {
    const { bindIP = "", hostPort } = binding;
    return { host: ANY_ADDRESS.has(bindIP) ? "127.0.0.1" : bindIP, port: hostPort };
  }
  const address = attachments
    .filter(({ status }) => status !== "DELETED")
    .flatMap(({ details = [] }) => details)
    .find(({ name }) => name === "privateIPv4Address")?.value;
  return address === undefined ? undefined : { host: address, port };
};

/** Ports of a task that are published, for who asked for another one. */
export const publishedPorts = ({ containers = [] }: Task): number[] =>
  containers.flatMap(({ networkBindings = [] }) => networkBindings.flatMap(({ containerPort }) => containerPort ?? []));

/** Tasks that may be given connections: they run and are to go on, and no health check of theirs failed. */
export const isServing = ({ lastStatus, desiredStatus, healthStatus }: Task): boolean =>
  lastStatus === "RUNNING" && desiredStatus === "RUNNING" && healthStatus !== "UNHEALTHY";
