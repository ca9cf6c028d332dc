import type { ContainerEvent, ContainerPlan, LogLine } from "../../fleet/model/container-plan.ts";
import type { ContainerId, EngineId } from "../../fleet/model/ids.ts";
import { type ContainerEngine, EngineError, EngineUnreachableError } from "../../fleet/ports.ts";
import { type Behaviour, scriptedBehaviour } from "./behaviour.ts";
import type { SimulatedTime } from "./clock.ts";
import type { SimulatedContainer } from "./container.ts";
import { containerVerbs } from "./containers.ts";
import { eventHub } from "./event-hub.ts";
import { simulatedExec } from "./exec.ts";
import { type Faults, faultGate } from "./faults.ts";
import { followLines } from "./follow-lines.ts";
import { imageVerbs } from "./images.ts";
import { programs } from "./programs.ts";
import { shelfVerbs } from "./shelf.ts";

export interface SimulatedEngineOptions {
  readonly time: SimulatedTime;
  readonly id?: string;
  readonly cpus?: number;
  readonly memoryMiB?: number;
  /** Images it holds from the start. */
  readonly images?: readonly string[];
  /** Images that a pull finds; any other is refused. */
  readonly pullable?: readonly string[];
  /** What a plan's program does; by its command's words unless told. `undefined`: the image has no such program. */
  readonly behaviourOf?: (plan: ContainerPlan) => Behaviour | undefined;
}

/** An engine in memory, and what a test does to it. */
export interface SimulatedEngine extends ContainerEngine {
  readonly faults: Faults;
  /** Every container it holds, with how often each was started. */
  containers(): readonly Readonly<SimulatedContainer>[];
  /** The program writes a line. */
  write(id: ContainerId, stream: LogLine["stream"], text: string): void;
  /** The program ends by itself, or by the kernel for memory. */
  endProgram(id: ContainerId, exitCode: number, outOfMemory?: boolean): void;
  /** Its health check finds something else from now on. */
  tellHealth(id: ContainerId, health: "HEALTHY" | "UNHEALTHY" | "UNKNOWN"): void;
  /** The engine hears of a kill for memory, however late. */
  tellOutOfMemory(id: ContainerId): void;
  /** An event is lost: nobody is told what happens until `tellAgain`. */
  loseEvents(): void;
  tellAgain(): void;
}

/** A scripted container engine. Holds to the same contract as Docker as far as a program in memory can: no real limits, no files. */
export const simulatedEngine = (options: SimulatedEngineOptions): SimulatedEngine => {
  const { time, id = "simulated", cpus = 2, memoryMiB = 4096, images = [], pullable = images } = options;
  const containerById = new Map<ContainerId, SimulatedContainer>();
  const hub = eventHub();
  const alertAll = () => {
    for (const { watchers } of containerById.values()) for (const watcher of [...watchers]) watcher();
  };
  const gate = faultGate(id, time, (error) => {
    hub.cut(error);
    alertAll();
  });
  const tell = ({ id: container, plan }: SimulatedContainer, action: string) =>
    hub.tell({ container, labels: plan.labels, action } satisfies ContainerEvent);
  const behaviourOf = options.behaviourOf ?? scriptedBehaviour;
  const running = programs({ time, behaviourOf, containers: () => containerById.values(), tell });
  const imagesOf = imageVerbs(gate, images, pullable);
  const isUsed = (name: string) =>
    [...containerById.values()].some(({ plan, state }) => plan.network === name && state === "running");
  const shelf = shelfVerbs(gate, isUsed);
  const passable = () => {
    if (!gate.isReachable()) throw new EngineUnreachableError(`${id} cannot be reached`);
  };
  const found = (container: ContainerId): SimulatedContainer => {
    const known = containerById.get(container);
    if (!known) throw new Error(`${id} has no container ${container}`);
    return known;
  };
  return {
    ping: () => gate.pass("ping", () => {}),
    info: () =>
      gate.pass("info", () => ({
        id: id as EngineId,
        version: "simulated",
        cpus,
        memoryMiB,
        osType: "linux",
        architecture: "x86_64",
        cgroupDriver: "none",
        cgroupVersion: 2,
      })),
    ...imagesOf,
    ...shelf.verbs,
    ...containerVerbs({ gate, time, containerById, running, tell, hasNetwork: shelf.hasNetwork, images: imagesOf }),
    exec: (container, plan) => gate.pass("exec", () => simulatedExec(containerById.get(container), plan)),
    // Programs in memory use nothing that could be measured.
    use: (container) =>
      gate.pass("use", () => {
        if (!containerById.has(container)) throw new EngineError(404, "No such container");
        return { cpuNanos: 0, memoryBytes: 0, memoryLimitBytes: 0 };
      }),
    watch: (labels, signal) => hub.watch(labels, signal, passable),
    logs: (container, follow) => followLines(() => containerById.get(container), passable, follow),
    faults: gate,
    containers: () => [...containerById.values()],
    write: (container, stream, text) => running.write(found(container), stream, text),
    endProgram: (container, exitCode, outOfMemory) => running.end(found(container), exitCode, outOfMemory),
    tellHealth(container, health) {
      found(container).health = health;
      tell(found(container), "health_status");
    },
    tellOutOfMemory: (container) => tell(found(container), "oom"),
    loseEvents: hub.mute,
    tellAgain: hub.unmute,
  };
};
