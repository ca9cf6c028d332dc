import type { Task } from "@aws-sdk/client-ecs";
import { Command } from "commander";
import type { Api } from "../api.ts";
import { wholeNumber } from "../arguments.ts";
import type { Ecs } from "../ecs.ts";
import { CliError, usageError } from "../failure.ts";
import { servicesMeant, theOne } from "../find-services.ts";
import { describeTasks, findTask } from "../find-tasks.ts";
import { forward, isHere } from "../open/forward.ts";
import { hostModeBindings } from "../open/host-mode.ts";
import { isServing, publishedPorts, type Target, targetOf } from "../open/targets.ts";
import type { Out } from "../out.ts";
import { allPages } from "../pages.ts";
import type { Session } from "../session.ts";
import { lastOf, listed, shortId } from "../views/words.ts";

export interface OpenOptions {
  readonly cluster?: string;
  readonly port?: number;
}

/** Ports below are not everybody's to listen on. */
const LEAST_FREE_PORT = 1024;

/** What is opened: its name, and the tasks that stand for it now. */
interface Opened {
  readonly name: string;
  tasks(): Promise<Task[]>;
}

const openedService = async (ecs: Ecs, text: string, clusterName?: string): Promise<Opened | undefined> => {
  const meant = await servicesMeant(ecs, text, clusterName);
  if (meant.length === 0) return undefined;
  const { serviceName, clusterArn } = theOne(meant);
  const cluster = lastOf(clusterArn);
  return {
    name: serviceName ?? text,
    async tasks() {
      const arns = await allPages(
        (nextToken) => ecs.listTasks({ cluster, serviceName, desiredStatus: "RUNNING", nextToken }),
        (page) => page.taskArns,
      );
      return describeTasks(ecs, cluster, arns);
    },
  };
};

const openedTask = async (ecs: Ecs, text: string): Promise<Opened> => {
  const { cluster, id } = await findTask(ecs, text);
  return {
    name: `task ${shortId(id)}`,
    async tasks() {
      const tasks = await describeTasks(ecs, cluster, [id]);
      if (tasks.every(({ desiredStatus }) => desiredStatus === "STOPPED"))
        throw new CliError(`task ${shortId(id)} has stopped`, { hint: "a service's name follows its tasks" });
      return tasks;
    },
  };
};

/** Where connections may go now. Throws CliError where a task that serves does not publish the port. */
const targetsOf = (tasks: readonly Task[], port: number): Target[] => {
  const serving = tasks.filter(isServing);
  const targets = serving.flatMap((task) => targetOf(task, port) ?? []);
  if (serving[0] && targets.length === 0) {
    const published = publishedPorts(serving[0]).map(String);
    const words = published.length > 0 ? `it publishes ${listed(published)}` : "it publishes none";
    throw new CliError(`task ${shortId(serving[0].taskArn)} does not publish port ${port}; ${words}`, {
      hint: "name it in the task definition's portMappings",
    });
  }
  return targets;
};

/** Keeps a local address open that leads to a service's or a task's port, until interrupted. */
export const open = async (
  { ecs, api, out, signal }: { readonly ecs: Ecs; readonly api: Api; readonly out: Out; readonly signal: AbortSignal },
  text: string,
  port: number,
  { cluster, port: wanted }: OpenOptions,
): Promise<void> => {
  const opened = (await openedService(ecs, text, cluster)) ?? (await openedTask(ecs, text));
  const bound = hostModeBindings({ ecs, api });
  const targets = async (): Promise<Target[]> => targetsOf(await bound(await opened.tasks()), port);
  const now = await targets();
  // Who listens where the program does would forward to himself.
  const isFree = port >= LEAST_FREE_PORT && !now.some((target) => isHere(target, port));
  const ports = wanted !== undefined ? [wanted] : [...(isFree ? [port] : []), 0];
  const forwarder = await forward({ ports, targets, note: (words) => out.note(words), signal });
  out.line(`127.0.0.1:${forwarder.port}`);
  out.note(`leads to port ${port} of ${opened.name}, until Ctrl-C`);
  await forwarder.ended;
};

const portNumber = (text: string): number => {
  try {
    return wholeNumber(1, 65_535)(text);
  } catch {
    throw usageError(`${text} is no port: give a whole number from 1 to 65535`);
  }
};

const EXAMPLES = `
Examples:
  berth open web 80                 a service: its tasks that run and are healthy, in turn
  berth open --port 8080 web 80     at this local port
  berth open 3f2a91c0 5432          one task`;

export const openCommand = (session: Session): Command =>
  new Command("open")
    .description("keep a local address that leads to a port of a service's healthy tasks, or of one task, until Ctrl-C")
    .argument("<service-or-task>", "a service's name or ARN, or a task's id or its beginning")
    .argument("<port>", "the container's port, TCP")
    .option("--cluster <name>", "the service's cluster (default: the one that has it)")
    .option("--port <number>", "the local port (default: the same where it is free, else any)", wholeNumber(1, 65_535))
    .addHelpText("after", EXAMPLES)
    .action(async (text: string, port: string, options: OpenOptions) =>
      open(
        { ecs: await session.ecs(), api: session.api(), out: session.out, signal: session.interrupted },
        text,
        portNumber(port),
        options,
      ),
    );
