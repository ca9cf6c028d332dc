import type { FastifyInstance, FastifyRequest } from "fastify";
import { checkLocalOrigin } from "./aws/origin.ts";
import type { Metrics } from "./metrics.ts";
import { bearerCheck } from "./rest/bearer.ts";
import { UnauthorizedError } from "./rest/errors.ts";

/** How the parts are: `ok` where nothing is missing. */
export interface Health {
  readonly status: "ok" | "degraded";
  readonly version: string;
  readonly installation: string;
  readonly parts: Readonly<Record<string, unknown>>;
}

export interface ProbeOptions {
  readonly health: () => Promise<Health>;
  readonly metrics: Metrics;
  readonly apiToken: string;
}

/** /healthz for whoever asks, and /metrics for this machine or whoever has the token. Counts the requests of the whole server. */
export const serveProbes = (app: FastifyInstance, { health, metrics, apiToken }: ProbeOptions): void => {
  const isAllowed = bearerCheck(apiToken);

  app.addHook("onResponse", async (request, reply) => {
    metrics.tallies.answered({
      method: request.method,
      route: request.routeOptions.url ?? "unknown",
      status: reply.statusCode,
      seconds: reply.elapsedTime / 1000,
    });
  });

  app.get("/healthz", async (_request, reply) => {
    const now = await health();
    return reply.code(now.status === "ok" ? 200 : 503).send(now);
  });

  app.get("/metrics", async (request, reply) => {
    if (!isAllowed(request.headers.authorization)) demandLocal(request);
    return reply.type(metrics.contentType).send(await metrics.read());
  });
};

const demandLocal = ({ headers, ip, method, url }: FastifyRequest): void => {
  try {
    const [path = "", queryText = ""] = url.split("?");
    const query = new URLSearchParams(queryText);
    checkLocalOrigin({ method, path, queryText, query, headers, body: Buffer.alloc(0), remoteAddress: ip });
  } catch {
    // Whoever is not here needs the token: that is what helps them, not which check failed.
    throw new UnauthorizedError();
  }
};
