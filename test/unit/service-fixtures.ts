import { isDeepStrictEqual } from "node:util";
import type { CapacityProviderStrategyItem } from "@aws-sdk/client-ecs";
import { splitByStrategy } from "../../src/ecs/model/capacity-strategy.ts";
import { boundsOf } from "../../src/ecs/model/service/bounds.ts";
import { decideService } from "../../src/ecs/model/service/decide.ts";
import type {
  ServiceDecision,
  ServiceHost,
  ServiceSettings,
  ServiceTask,
} from "../../src/ecs/model/service/decision.ts";
import { newDeployment, primaryOf } from "../../src/ecs/model/service/deployments.ts";
import { placementOutcome } from "../../src/ecs/model/service/placement-outcome.ts";
import type { DeploymentRecord, ServiceRecord } from "../../src/ecs/model/service/records.ts";
import { strategyOf } from "../../src/ecs/model/service/split.ts";
import type { StopCode } from "../../src/fleet/model/task.ts";

export type WorldTask = { -readonly [Key in keyof ServiceTask]: ServiceTask[Key] };
export type WorldHost = { -readonly [Key in keyof ServiceHost]: ServiceHost[Key] } & { room: number };

const SETTINGS: ServiceSettings = { healthyAfterSeconds: 40, backoff: { firstSeconds: 1, longestSeconds: 27 * 60 } };

export const aService = (changes: Partial<ServiceRecord> = {}): ServiceRecord => ({
  account: "000000000000",
  region: "us-east-1",
  cluster: "default",
  name: "web",
  status: "ACTIVE",
  schedulingStrategy: "REPLICA",
  desiredCount: 4,
  bounds: { minimumHealthyPercent: 100, maximumPercent: 200 },
  placementConstraints: [],
  placementStrategy: [],
  availabilityZoneRebalancing: "DISABLED",
  enableECSManagedTags: false,
  propagateTags: "NONE",
  tags: {},
  createdBy: "arn:aws:iam::000000000000:root",
  createdAt: 0,
  deployments: [],
  revisions: [],
  events: [],
  isSteady: false,
  ...changes,
});

interface Seen {
  readonly now: number;
  readonly tasks: readonly ServiceTask[];
  wanted(): readonly ServiceTask[];
  isHealthy(task: ServiceTask): boolean;
}

/** What is wrong with a decision by the promises that a service makes, if anything. */
const broken = (world: Seen, { service, starts, stops }: ServiceDecision): string | undefined => {
  const { lower, upper } = boundsOf(service.desiredCount, service.bounds);
  const wanted = world.wanted();
  const stopped = new Set(stops.map(({ task }) => task));
  const left = wanted.filter(({ id }) => !stopped.has(id));
  const before = wanted.filter(world.isHealthy).length;
  const after = left.filter(world.isHealthy).length;
  const started = starts.reduce((sum, { count }) => sum + count, 0);
  if (service.status === "ACTIVE") {
    if (after < Math.min(lower, before)) return `${after} of ${before} healthy tasks are left, the least is ${lower}`;
    const isSpared = ({ protectedUntil = 0, health }: ServiceTask): boolean =>
      protectedUntil > world.now && health !== "UNHEALTHY";
    if (wanted.some((task) => stopped.has(task.id) && isSpared(task))) return "a protected task is stopped";
    if (service.deployments.filter(({ status }) => status === "PRIMARY").length !== 1)
      return "not one PRIMARY deployment";
  }
  if (service.schedulingStrategy === "REPLICA" && started > 0 && left.length + started > upper)
    return `${left.length + started} tasks are wanted, the most is ${upper}`;
  for (const { deployment, onHosts = [] } of starts) {
    const one = service.deployments.find(({ id }) => id === deployment);
    if (one?.status !== "PRIMARY" || one.rolloutState === "FAILED") return `${deployment} starts tasks`;
    if ((one.trouble.nextStartAt ?? 0) > world.now) return "the back-off is not kept";
    if (onHosts.some((host) => world.tasks.some((task) => task.host === host && task.status !== "STOPPED")))
      return "a DAEMON has two tasks on a host";
  }
  if ([...stopped].some((id) => !wanted.some((task) => task.id === id))) return "it stops what is not wanted";
  if (service.events.length > 100 || service.deployments.filter(({ status }) => status === "INACTIVE").length > 21)
    return "history grows without bound";
  const named = service.deployments.every(({ revision }) => service.revisions.some(({ id }) => id === revision));
  return named ? undefined : "a deployment's revision is gone";
};

export type ServiceWorld = ReturnType<typeof aServiceWorld>;

/** A service with hosts and tasks, driven by nothing but decisions and what a test lets happen. Every decision is held to what a service promises. */
export const aServiceWorld = (service: ServiceRecord = aService(), hosts = 3, settings = SETTINGS) => {
  let made = 0;
  const world = {
    service,
    settings,
    now: 1_000_000,
    tasks: [] as WorldTask[],
    hosts: Array.from(
      { length: hosts },
      (_, index): WorldHost => ({
        id: `h${index}`,
        instanceId: `i${index}`,
        state: "ACTIVE",
        isConnected: true,
        zone: index % 2 === 0 ? "east" : "west",
        fits: true,
        room: 100,
      }),
    ),
    /** Revisions whose tasks have a health check. */
    checked: new Set<string>(),

    wanted: (): WorldTask[] =>
      world.tasks.filter(({ desired, status }) => desired === "RUNNING" && status !== "STOPPED"),
    isHealthy: (task: ServiceTask): boolean =>
      task.desired === "RUNNING" &&
      task.status === "RUNNING" &&
      (task.health === undefined
        ? task.startedAt! + settings.healthyAfterSeconds * 1000 <= world.now
        : task.health === "HEALTHY"),
    healthy: (): WorldTask[] => world.tasks.filter(world.isHealthy),
    primary: (): DeploymentRecord => primaryOf(world.service)!,
    deployment: (id: string): DeploymentRecord => world.service.deployments.find((one) => one.id === id)!,
    /** Tasks wanted of a deployment. */
    of: (id: string): WorldTask[] => world.wanted().filter(({ deployment }) => deployment === id),
    messages: (): string[] => world.service.events.flatMap(({ message, isUnlisted }) => (isUnlisted ? [] : [message])),

    /** Begins a deployment `ecs-svc/NAME` of revision NAME. */
    deploy(
      name: string,
      { checked = false, strategy }: { checked?: boolean; strategy?: readonly CapacityProviderStrategyItem[] } = {},
    ): void {
      if (checked) world.checked.add(name);
      const revision = {
        id: name,
        taskDefinition: `arn:aws:ecs:us-east-1:000000000000:task-definition/web:${name}`,
        createdAt: world.now,
        ...(strategy && { capacityProviderStrategy: strategy }),
      };
      world.service = newDeployment(
        world.service,
        revision,
        { deployment: `ecs-svc/${name}`, serviceDeployment: `sd-${name}` },
        world.now,
      );
    },

    look: (record?: ServiceRecord): ServiceDecision =>
      decideService(record ?? world.service, world.tasks, world.hosts, settings, world.now),

    /** Decides and does it; `doing` tells how far, before the control plane dies. */
    decide(doing: "all" | "record" | "stops" = "all"): ServiceDecision {
      const decision = world.look();
      const wrong = broken(world, decision);
      if (wrong) throw new Error(wrong);
      world.service = decision.service;
      if (doing === "record") return decision;
      for (const { task, code, reason } of decision.stops) world.stop(task, code, reason);
      if (doing === "stops") return decision;
      for (const { deployment, count, onHosts, beside } of decision.starts) {
        const strategy = strategyOf(world.service, world.deployment(deployment));
        const providers = strategy && splitByStrategy(count, strategy, beside);
        const placed = Array.from({ length: count }, (_, index) =>
          world.place(deployment, onHosts?.[index], providers?.[index]),
        ).filter((id) => id !== undefined);
        const outcome =
          placed.length === count ? { started: placed } : { started: placed, refusal: "the cluster has no room." };
        world.service = placementOutcome(world.service, deployment, outcome, world.now);
      }
      return decision;
    },

    /** Whether deciding again, on what is recorded and nothing else done, asks for the same and records nothing. */
    isSameAgain(): boolean {
      const first = world.look();
      const again = world.look(first.service);
      return again.service === first.service && isDeepStrictEqual({ ...again, service: 0 }, { ...first, service: 0 });
    },

    place(deployment: string, on?: string, capacityProvider?: string): string | undefined {
      const held = (id: string): number =>
        world.tasks.filter(({ host, status }) => host === id && status !== "STOPPED").length;
      const host = world.hosts
        .filter((one) => one.state === "ACTIVE" && one.isConnected && one.fits && held(one.id) < one.room)
        .filter(({ id }) => on === undefined || id === on)
        .sort((a, b) => held(a.id) - held(b.id))[0];
      if (!host) return undefined;
      made += 1;
      const hasCheck = world.checked.has(deployment.slice("ecs-svc/".length));
      world.tasks.push({
        id: `t${made}`,
        host: host.id,
        deployment,
        desired: "RUNNING",
        status: "PENDING",
        createdAt: world.now,
        ...(hasCheck ? { health: "UNKNOWN" as const } : {}),
        ...(capacityProvider === undefined ? {} : { capacityProvider }),
      });
      return `t${made}`;
    },

    run(task: WorldTask): void {
      if (task.status !== "PENDING") return;
      task.status = "RUNNING";
      task.startedAt = world.now;
    },
    stop(id: string, code: StopCode, reason: string): void {
      const task = world.tasks.find((one) => one.id === id)!;
      if (task.desired === "STOPPED") return;
      task.desired = "STOPPED";
      task.stop = { code, reason };
    },
    /** It ends; by itself unless it was asked to. */
    end(task: WorldTask, code: StopCode = "EssentialContainerExited"): void {
      if (task.status === "STOPPED") return;
      world.stop(
        task.id,
        task.status === "PENDING" && code === "EssentialContainerExited" ? "TaskFailedToStart" : code,
        code,
      );
      task.status = "STOPPED";
      task.stoppedAt = world.now;
    },
    loseHost(host: WorldHost): void {
      host.isConnected = false;
      for (const task of world.tasks) if (task.host === host.id) world.end(task, "TerminationNotice");
    },

    /** Everything goes well for a while: what starts runs and gets healthy, what is to stop ends, and time passes. */
    goOn(): void {
      for (const task of [...world.tasks]) if (task.desired === "STOPPED") world.end(task);
      for (const task of world.wanted()) {
        world.run(task);
        if (task.health === "UNKNOWN") task.health = "HEALTHY";
      }
      world.now = Math.max(world.now + 1, world.look().lookAgainAt ?? 0);
    },
    /** …until the service is steady. */
    settle(): void {
      for (let round = 0; round < 60; round += 1) {
        world.decide();
        if (world.service.isSteady) return;
        world.goOn();
      }
      throw new Error(
        `never steady: ${JSON.stringify({ ...world.service, events: world.messages() }, null, 1)} ${JSON.stringify(world.tasks)}`,
      );
    },
  };
  return world;
};
