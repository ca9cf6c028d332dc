import type { FastifyPluginAsync, FastifyReply } from "fastify";

/** What a container can ask, by the id that it was given; `undefined`: nobody has that id. */
export interface TaskDoorAnswers {
  /** Of its own container. */
  container(id: string): Promise<object | undefined>;
  /** Of its whole task; with the tags of task and container instance, if asked. */
  task(id: string, withTags: boolean): Promise<object | undefined>;
  /** What the engine measures of its own container. */
  stats(id: string): Promise<object | undefined>;
  /** …and of every container of its task, by the engine's ids; null for one that does not run. */
  taskStats(id: string): Promise<object | undefined>;
  /** The credentials of its task's role. */
  credentials(id: string): Promise<object | undefined>;
}

type Asked = { Params: { id: string } };

/**
 * Metadata of tasks and credentials of their roles, as ECS's agent serves them at 169.254.170.2. Register it beside AWS's protocols: none of
 * AWS's paths is one of these.
 */
export const taskDoorPlugin: FastifyPluginAsync<TaskDoorAnswers> = async (app, answers) => {
  const paths: Readonly<Record<string, (id: string) => Promise<object | undefined>>> = {
    "": answers.container,
    "/task": (id) => answers.task(id, false),
    "/taskWithTags": (id) => answers.task(id, true),
    "/stats": answers.stats,
    "/task/stats": answers.taskStats,
  };
  for (const version of ["v3", "v4"])
    for (const [path, answer] of Object.entries(paths)) {
      app.get<Asked>(`/${version}/:id${path}`, async ({ params: { id } }, reply) => {
        const found = await answer(id);
        return found ? say(reply, 200, found) : say(reply, 404, unknown(version, id));
      });
    }
  app.get<Asked>("/v2/credentials/:id", async ({ params: { id } }, reply) => {
    const found = await answers.credentials(id);
    return found ? say(reply, 200, found) : say(reply, 400, NO_CREDENTIALS);
  });
};

/** The agent's own words, a text in JSON. */
const unknown = (version: string, id: string): string =>
  `${version.toUpperCase()} metadata handler: unable to get task arn from request: unable to get task Arn from v3 endpoint ID: ${id}`;

const NO_CREDENTIALS = {
  code: "InvalidIdInRequest",
  message: "CredentialsV2Request: Credentials not found",
  HTTPErrorCode: 400,
};

const say = (reply: FastifyReply, status: number, body: unknown): FastifyReply =>
  reply.code(status).type("application/json").send(JSON.stringify(body));
