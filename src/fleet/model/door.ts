import { createHmac, timingSafeEqual } from "node:crypto";
import type { TaskId } from "./ids.ts";
import type { Task } from "./task.ts";
import type { ContainerSpec } from "./task-spec.ts";

/** The address at which AWS's SDKs look for metadata and credentials in a container. */
export const DOOR_ADDRESS = "169.254.170.2";

/** Where containers reach Berth. */
export interface Door {
  /** `http://169.254.170.2`; of containers on their host's own network a loopback address with a port. */
  readonly url: string;
}

/** Whose metadata or credentials an id in a path stands for. */
export type Visitor =
  | { readonly kind: "container"; readonly task: Task; readonly container: ContainerSpec }
  | { readonly kind: "role"; readonly task: Task };

type Visiting = Pick<Task, "id" | "attempt">;

/** The id after the hyphen cannot be guessed; it needs no record, so it is as good after a crash as before. */
const visitorId = (secret: string, what: string, { id, attempt }: Visiting): string =>
  `${id}-${createHmac("sha256", secret).update(`berth door ${what} ${id} ${attempt}`).digest("hex").slice(0, 32)}`;

const containerVisitorId = (secret: string, task: Visiting, container: string): string =>
  visitorId(secret, `container ${container}`, task);
const roleVisitorId = (secret: string, task: Visiting): string => visitorId(secret, "role", task);

/** What ECS tells a container of where to ask, and where AWS's SDKs find Berth instead of AWS. */
export const doorEnvironment = (
  { url }: Door,
  secret: string,
  task: Visiting & Pick<Task, "spec">,
  container: string,
): Readonly<Record<string, string>> => {
  const id = containerVisitorId(secret, task, container);
  const credentials = `/v2/credentials/${roleVisitorId(secret, task)}`;
  const isElsewhere = url !== `http://${DOOR_ADDRESS}`;
  return {
    ECS_CONTAINER_METADATA_URI: `${url}/v3/${id}`,
    ECS_CONTAINER_METADATA_URI_V4: `${url}/v4/${id}`,
    AWS_ENDPOINT_URL: url,
    ...(task.spec.roleArn !== undefined &&
      (isElsewhere
        ? { AWS_CONTAINER_CREDENTIALS_FULL_URI: `${url}${credentials}` }
        : { AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: credentials })),
  };
};

/** The task that an id speaks of; not yet that it was given to one of its containers. */
export const visitingTask = (id: string): TaskId | undefined => /^([0-9a-f]{32})-/.exec(id)?.[1] as TaskId | undefined;

/** Who it is that the id was given to; `undefined`: nobody of that task. */
export const visitorOf = (id: string, secret: string, task: Task): Visitor | undefined => {
  if (isSame(id, roleVisitorId(secret, task))) return { kind: "role", task };
  const container = task.spec.containers.find(({ name }) => isSame(id, containerVisitorId(secret, task, name)));
  return container && { kind: "container", task, container };
};

const isSame = (given: string, expected: string): boolean =>
  given.length === expected.length && timingSafeEqual(Buffer.from(given), Buffer.from(expected));
