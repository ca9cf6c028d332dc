import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";
import type { Change } from "../kernel/change-feed.ts";

/** How many of what there are now, by status: asked for when metrics are read. */
export interface Census {
  readonly tasks: Readonly<Record<string, number>>;
  readonly hosts: Readonly<Record<string, number>>;
}

/** What other parts tell of as it happens. */
export interface Tallies {
  /** Tasks that got a host. */
  placed(tasks: number): void;
  /** Tasks that got none, by ECS's reason: `RESOURCE:MEMORY`. */
  refused(reason: string): void;
  /** A task's containers were started, or not; `seconds` from placement to RUNNING. */
  launched(outcome: "started" | "failed", seconds: number): void;
  /** One entry of the change feed went by. */
  changed(change: Pick<Change, "kind" | "verb">): void;
  /** A collection freed space in the registry; new uploads waited for `heldMs`, of them `waitedMs` for those under way. */
  collected(figures: { readonly bytes: number; readonly waitedMs: number; readonly heldMs: number }): void;
  /** One HTTP request was answered; `route` is the pattern, never the path, so that there are only so many. */
  answered(request: {
    readonly method: string;
    readonly route: string;
    readonly status: number;
    readonly seconds: number;
  }): void;
}

export interface Metrics {
  readonly tallies: Tallies;
  readonly contentType: string;
  /** Everything in Prometheus's text format. */
  read(): Promise<string>;
}

/** Metrics in a registry of their own: two servers in one process count apart. */
export const makeMetrics = (census: () => Promise<Census>): Metrics => {
  const registry = new Registry();
  const registers = [registry];
  collectProcessMetrics(registry);
  const requests = new Histogram({
    name: "berth_http_request_seconds",
    help: "HTTP requests by route and status, with how long they took",
    labelNames: ["method", "route", "status"],
    buckets: [0.001, 0.005, 0.02, 0.1, 0.5, 2, 10],
    registers,
  });
  const placements = new Counter({ name: "berth_tasks_placed_total", help: "Tasks that got a host", registers });
  const refusals = new Counter({
    name: "berth_tasks_refused_total",
    help: "Tasks that got no host, by ECS's reason",
    labelNames: ["reason"],
    registers,
  });
  const launches = new Histogram({
    name: "berth_launch_seconds",
    help: "Launches by outcome, with seconds from placement to RUNNING",
    labelNames: ["outcome"],
    buckets: [0.25, 0.5, 1, 2, 5, 15, 60, 300],
    registers,
  });
  const changes = new Counter({
    name: "berth_changes_total",
    help: "Entries of the change feed that this control plane saw",
    labelNames: ["kind", "verb"],
    registers,
  });
  const freed = new Counter({
    name: "berth_registry_freed_bytes_total",
    help: "Bytes of layers that collections freed",
    registers,
  });
  const held = new Histogram({
    name: "berth_registry_held_seconds",
    help: "Collections, with how long they kept new uploads waiting; phase wait is the part until uploads under way had ended",
    labelNames: ["phase"],
    buckets: [0.05, 0.25, 1, 5, 15, 60, 120],
    registers,
  });
  const tasks = new Gauge({ name: "berth_tasks", help: "Tasks by status", labelNames: ["status"], registers });
  const hosts = new Gauge({ name: "berth_hosts", help: "Hosts by health", labelNames: ["health"], registers });

  return {
    tallies: {
      placed: (count) => placements.inc(count),
      refused: (reason) => refusals.inc({ reason }),
      launched: (outcome, seconds) => launches.observe({ outcome }, seconds),
      changed: ({ kind, verb }) => changes.inc({ kind, verb }),
      collected({ bytes, waitedMs, heldMs }) {
        freed.inc(bytes);
        held.observe({ phase: "wait" }, waitedMs / 1000);
        held.observe({ phase: "all" }, heldMs / 1000);
      },
      answered: ({ method, route, status, seconds }) => requests.observe({ method, route, status }, seconds),
    },
    contentType: registry.contentType,
    async read() {
      const now = await census();
      setAll(tasks, "status", now.tasks);
      setAll(hosts, "health", now.hosts);
      return registry.metrics();
    },
  };
};

const LAG_FIGURES = ["min", "max", "mean", "stddev", "p50", "p90", "p99"];

/**
 * prom-client's figures of the process, without the spread of the event loop's lag: to sample that wakes the process a hundred times a second,
 * a third of an idle Berth's CPU, and seldomer the figures would tell the interval. The lag at the moment of reading stays.
 */
const collectProcessMetrics = (register: Registry): void => {
  collectDefaultMetrics({ register, eventLoopMonitoringPrecision: 60_000 });
  for (const figure of LAG_FIGURES) register.removeSingleMetric(`nodejs_eventloop_lag_${figure}_seconds`);
};

const setAll = (gauge: Gauge, label: string, counts: Readonly<Record<string, number>>): void => {
  // What is no longer counted must not stay at its last number.
  gauge.reset();
  for (const [value, count] of Object.entries(counts)) gauge.set({ [label]: value }, count);
};
