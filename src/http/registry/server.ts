import Fastify, { type FastifyBaseLogger, type FastifyInstance, type FastifyReply, LogController } from "fastify";
import type { Failpoints } from "../../kernel/failpoints.ts";
import type { Scope } from "../../kernel/scope.ts";
import { dropSpareConnections } from "../spare-connections.ts";
import type { Asked, DoorParts } from "./asked.ts";
import { type Asker, askerOf } from "./asker.ts";
import { answerBlob } from "./blobs.ts";
import { type Endpoint, endpointOf } from "./endpoint.ts";
import { errorAnswer } from "./error-answer.ts";
import { DoorError, unsupported } from "./errors.ts";
import { knownUploads } from "./known-uploads.ts";
import { answerReferrers, answerTags } from "./lists.ts";
import { answerManifest } from "./manifests.ts";
import type { Access, Rules, Shelf } from "./ports.ts";
import { beginUpload, continueUpload } from "./uploads.ts";

export interface DoorOptions<Holder> {
  readonly rules: Rules<Holder>;
  readonly shelf: Shelf;
  readonly failpoints: Failpoints;
  /** The account and region of names that say none. */
  readonly defaults: Scope;
  readonly requestId: () => string;
  /** pino, or nothing to be silent. */
  readonly log?: FastifyBaseLogger;
  /** Key and certificate, for a listener beyond loopback. */
  readonly tls?: { readonly key: string; readonly cert: string };
}

/** Where `docker push` and `docker pull` come in: the registry's HTTP API v2, before it listens. */
export const registryDoor = <Holder>(options: DoorOptions<Holder>): FastifyInstance => {
  const { rules, shelf, failpoints, defaults } = options;
  const parts: DoorParts<Holder> = { rules, shelf, failpoints, uploads: knownUploads() };
  const app = Fastify({
    // Layers pass through and are held nowhere; manifests have a limit of their own.
    bodyLimit: Number.MAX_SAFE_INTEGER,
    genReqId: options.requestId,
    requestIdHeader: false,
    exposeHeadRoutes: false,
    ...(options.log && { loggerInstance: options.log }),
    ...(options.tls && { https: options.tls }),
    logController: new LogController({ disableRequestLogging: true }),
  }) as unknown as FastifyInstance;
  // A layer takes as long as it takes.
  app.server.requestTimeout = 0;
  dropSpareConnections(app);
  app.removeAllContentTypeParsers();
  app.addContentTypeParser("*", (_request, payload, done) => done(null, payload));
  app.addHook("onRequest", async (_request, reply) => {
    reply.header("docker-distribution-api-version", "registry/2.0");
  });
  // What was refused is read to its end all the same: until then the client may not look at the answer, and its connection is of no use.
  app.addHook("onResponse", async ({ raw }) => void raw.resume());
  app.setErrorHandler((error, request, reply) => {
    const { status, headers, body, unexpected } = errorAnswer(error, request.id);
    const about = { err: error, method: request.method, url: request.url };
    if (unexpected) request.log.error(about, "a registry request broke");
    if (status === 503) request.log.warn(about, "what a registry request needs does not answer");
    for (const name of ["content-length", "content-range", "etag", "docker-content-digest"]) reply.removeHeader(name);
    return reply.code(status).headers(headers).type("application/json").send(JSON.stringify(body));
  });
  app.setNotFoundHandler(() => {
    throw new DoorError(404, "NOT_FOUND", "Berth's registry serves /v2/ here; AWS's API is on another port.");
  });
  app.route({
    method: ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"],
    url: "/v2*",
    handler: async (request, reply) => {
      const [path = "", query = ""] = request.url.split("?", 2);
      const endpoint = endpointOf(path);
      const asker = askerOf(rules, request.headers, defaults);
      if (!endpoint) throw new DoorError(404, "NOT_FOUND", `${path} is no path of the registry's API.`);
      if (endpoint.kind === "base") return reply.send({});
      if (endpoint.kind === "catalog")
        throw unsupported("Repositories are listed by DescribeRepositories, not by a catalog.");
      const repository = await asker.repository(endpoint.name, accessOf(endpoint, request.method));
      return answer(endpoint, {
        parts,
        request,
        reply,
        repository,
        shown: endpoint.name,
        query: new URLSearchParams(query),
        readable: readableBy(asker),
      });
    },
  });
  return app;
};

const accessOf = ({ kind }: Endpoint, method: string): Access => {
  if (kind === "uploads" || kind === "upload") return "push";
  if (method === "DELETE") return "delete";
  if (method !== "GET" && method !== "HEAD") return "push";
  return kind === "tags" ? "list" : "pull";
};

/** Who may not read the repository uploads the blob instead of mounting it. */
const readableBy =
  <Holder>(asker: Asker<Holder>) =>
  (name: string) =>
    asker.repository(name, "pull").catch(() => undefined);

const answer = <Holder>(
  endpoint: Exclude<Endpoint, { kind: "base" | "catalog" }>,
  asked: Asked<Holder>,
): Promise<FastifyReply> => {
  switch (endpoint.kind) {
    case "uploads":
      return beginUpload(asked);
    case "upload":
      return continueUpload(asked, endpoint.id);
    case "blob":
      return answerBlob(asked, endpoint.digest);
    case "manifest":
      return answerManifest(asked, endpoint.reference);
    case "tags":
      return answerTags(asked);
    case "referrers":
      return answerReferrers(asked, endpoint.digest);
  }
};
