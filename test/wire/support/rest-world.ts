import * as batch from "@aws-sdk/client-batch";
import * as ecs from "@aws-sdk/client-ecs";
import type { FastifyInstance, InjectOptions } from "fastify";
import type { Test } from "tap";
import { adminOperations, census, type ReloadReport, type Webhook } from "../../../src/admin/index.ts";
import { reloadForCallers } from "../../../src/app/reload.ts";
import { ecsRoutes } from "../../../src/ecs/rest-routes.ts";
import { eventOperations } from "../../../src/http/events/operations.ts";
import { makeMetrics } from "../../../src/http/metrics.ts";
import { type Health, serveProbes } from "../../../src/http/probes.ts";
import { docsPlugin } from "../../../src/http/rest/docs.ts";
import { restPlugin } from "../../../src/http/rest/plugin.ts";
import type { RestService } from "../../../src/http/rest/service.ts";
import { makeServer } from "../../../src/http/server.ts";
import type { Change } from "../../../src/kernel/change-feed.ts";
import { ApiError } from "../../../src/kernel/errors.ts";
import type { Caller, OperationTable } from "../../../src/kernel/operation.ts";
import type { OwnOperation } from "../../../src/kernel/own-operation.ts";
import { fakeFeed } from "./fake-feed.ts";
import { fakeFleet } from "./fake-fleet.ts";
import { memoryRecords } from "./memory-records.ts";

export const TOKEN = "the-token";
export const AUTHORIZED = { authorization: `Bearer ${TOKEN}` };

/** One call of an ECS handler, as it arrived. */
export interface Asked {
  readonly operation: string;
  readonly input: Record<string, unknown>;
  readonly caller: Caller;
}

export interface Answer {
  readonly status: number;
  readonly headers: Record<string, unknown>;
  readonly text: string;
  readonly json: never;
}

class ClusterNotFoundException extends ApiError {
  readonly code = "ClusterNotFoundException";
}

const answers: Readonly<Record<string, (input: Record<string, unknown>) => Promise<object>>> = {
  CreateCluster: async ({ clusterName }) => ({ cluster: { clusterName, status: "ACTIVE" } }),
  ListClusters: async () => ({ clusterArns: ["arn:aws:ecs:us-east-1:000000000000:cluster/default"] }),
  async DescribeClusters({ clusters }) {
    const known = (clusters as string[]).filter((name) => name === "default");
    const missing = (clusters as string[]).filter((name) => name !== "default");
    return {
      clusters: known.map((clusterName) => ({ clusterName })),
      failures: missing.map((name) => ({ arn: name, reason: "MISSING" })),
    };
  },
  RunTask: async () => ({ tasks: [{ taskArn: "arn", createdAt: new Date("2026-01-02T03:04:05.678Z") }], failures: [] }),
  ListTasks: async () => ({ taskArns: [] }),
  DescribeTasks: async () => ({ tasks: [{ taskArn: "arn" }] }),
  async StopTask() {
    throw new ClusterNotFoundException("Cluster not found.");
  },
  StartTask: async () => ({ tasks: [] }),
  UntagResource: async () => ({}),
  async RegisterTaskDefinition() {
    throw new TypeError("a bug");
  },
};

/** A handler for each answer, that notes what it was asked. */
const noting = (asked: Asked[]): OperationTable =>
  Object.fromEntries(
    Object.entries(answers).map(([operation, answer]) => [
      operation,
      async (input: never, caller: Caller) => {
        asked.push({ operation, input, caller });
        return answer(input);
      },
    ]),
  );

/** /api alone, over a fleet and handlers in memory. */
export const restWorld = async (t: Test, setting: { readonly health?: Health } = {}) => {
  const scene = fakeFleet();
  const feed = fakeFeed();
  const asked: Asked[] = [];
  const webhooks = memoryRecords<Webhook>();
  const progressListeners = new Set<(line: string) => void>();
  const report: ReloadReport = { added: ["local-4"], changed: [], drained: [], warnings: [] };
  let configError: Error | undefined;
  let requests = 0;
  let randoms = 0;

  const services: readonly RestService[] = [
    { name: "ecs", model: ecs, handlers: noting(asked), routes: ecsRoutes },
    { name: "batch", model: batch, handlers: {}, routes: [] },
  ];
  const toEventBridge = async ({ kind, subject }: Change): Promise<readonly object[]> => {
    if (kind === "service")
      return ["ECS Deployment State Change", "ECS Service Action"].map((one) => ({
        "detail-type": one,
        resources: [subject],
      }));
    return kind === "task" ? [{ "detail-type": "ECS Task State Change", resources: [subject] }] : [];
  };
  const operations: readonly OwnOperation[] = [
    ...adminOperations({
      fleet: scene.fleet,
      clock: { now: () => 1000 },
      random: { next: () => 0, hex: (digits) => String(++randoms).padStart(digits, "0"), uuid: () => "" },
      listeners: feed,
      progress: {
        listen(_task, listener) {
          progressListeners.add(listener);
          return () => progressListeners.delete(listener);
        },
      },
      webhooks,
      reload: reloadForCallers(async () => {
        if (configError) throw configError;
        return report;
      }),
      ledgerDifferences: async () => [],
    }),
    ...eventOperations(feed, toEventBridge),
  ];

  const app = makeServer({ requestId: () => `request-${++requests}`, bodyLimitBytes: 4096 });
  const metrics = makeMetrics(async () => census(await scene.fleet.hosts()));
  const health: Health = setting.health ?? { status: "ok", version: "1", installation: "test", parts: {} };
  serveProbes(app, { health: async () => health, metrics, apiToken: TOKEN });
  const page = { services, operations, version: "1.2.3" };
  const defaults = { account: "000000000000", region: "us-east-1" };
  await app.register(restPlugin, { ...page, prefix: "/api", apiToken: TOKEN, defaults, heartbeatMs: 20 });
  await app.register(docsPlugin, page);
  t.teardown(() => app.close());

  return {
    ...scene,
    app,
    feed,
    asked,
    webhooks,
    metrics,
    services,
    operations,
    toEventBridge,
    breakConfig: (error: Error) => {
      configError = error;
    },
    tellProgress: (line: string) => {
      for (const listener of progressListeners) listener(line);
    },
    progressListeners,
    ask: asker(app),
  };
};

const asker =
  (app: FastifyInstance) =>
  async (
    method: "GET" | "POST" | "PUT" | "DELETE",
    url: string,
    body?: object,
    headers: object = {},
  ): Promise<Answer> => {
    const request: InjectOptions = { method, url, headers: { ...AUTHORIZED, ...headers } };
    const response = await app.inject(body === undefined ? request : { ...request, payload: body });
    const isJson = String(response.headers["content-type"]).startsWith("application/json");
    return {
      status: response.statusCode,
      headers: response.headers,
      text: response.payload,
      json: (isJson ? JSON.parse(response.payload) : undefined) as never,
    };
  };
