import type { ReloadReport } from "../admin/index.ts";
import { contextOf, toDeclarations } from "../config/declarations.ts";
import { hostsOf } from "../config/default-hosts.ts";
import { fargateDeclarations, fargateEngines, fargateHostIds } from "../config/fargate-hosts.ts";
import { warnings } from "../config/warnings.ts";
import type { Config } from "../config.ts";
import { applyPool } from "../fleet/control/pool.ts";
import { forgetRemovedHosts } from "../fleet/control/remove-host.ts";
import type { EngineAddress } from "../fleet/model/host.ts";
import { LEAVING } from "../fleet/model/pool-changes.ts";
import type { ContainerEngines, EngineInfo, HostStore, TaskStore } from "../fleet/ports.ts";
import type { Clock } from "../kernel/clock.ts";
import type { Log } from "../kernel/log.ts";
import type { Timers } from "../kernel/timers.ts";

export interface PoolKeeperDeps {
  readonly readConfig: () => Promise<Config>;
  /** Makes a cluster of that name unless there is one. */
  readonly ensureCluster: (name: string) => Promise<void>;
  readonly installation: string;
  readonly engines: ContainerEngines;
  readonly hosts: HostStore;
  readonly tasks: TaskStore;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly log: Log;
}

export interface PoolKeeper {
  /** Reads the file again and brings the pool to what it says. Throws ConfigError, and changes nothing then. */
  reload(): Promise<ReloadReport>;
  /** Goes on until the signal aborts: engines that did not answer join when they do, hosts that left go when they are empty. */
  keep(signal: AbortSignal): Promise<void>;
  /** Addresses of engines that answered the last time they were asked. */
  answering(): ReadonlySet<string>;
}

const AGAIN_MS = 5_000;

/** Keeps the pool of hosts as `berth.yaml` declares it. */
export const poolKeeper = (deps: PoolKeeperDeps): PoolKeeper => {
  let engines: ReadonlyMap<string, EngineInfo> = new Map();
  let config: Config | undefined;

  /** `newlyAnswering`: registers only hosts whose engine did not answer before, and those on their way to another: one removed by hand stays removed. */
  const apply = async (next: Config, newlyAnswering = false): Promise<ReloadReport> => {
    config = next;
    const answers = await askEngines(deps.engines, addressesOf(next));
    const local = answers.engines.get(next.localEngine.docker);
    const said = warnings(next, answers.engines, next.localEngine, answers.silence);
    // The built-in hosts are cut from what the local engine has: while it does not answer there is nothing to say about them.
    if (!next.hosts && !local) {
      engines = answers.engines;
      return { added: [], changed: [], drained: [], warnings: said };
    }
    const configured = hostsOf(next, local);
    for (const name of new Set(configured.map(({ cluster }) => cluster))) await deps.ensureCluster(name);
    const pool = await deps.hosts.list();
    const known = new Set(pool.map(({ id }) => id));
    const leaving = new Set(pool.flatMap(({ id, attributes }) => (attributes[LEAVING] === undefined ? [] : [id])));
    const context = contextOf(next, deps.installation);
    const fargateIds = fargateHostIds(fargateEngines(next, next.localEngine));
    const declared = [
      ...toDeclarations(configured, answers.engines, context),
      ...fargateDeclarations(next, answers.engines, context),
    ].filter(({ id, engine }) => !newlyAnswering || !engines.has(engine.docker) || leaving.has(id));
    const changes = await applyPool(deps, declared, new Set([...configured.map(({ id }) => id), ...fargateIds]));
    // Only now: where the store failed in between, they are still to be registered.
    engines = answers.engines;
    const registered = changes.register.map(({ id }) => id);
    return {
      added: registered.filter((id) => !known.has(id)),
      changed: registered.filter((id) => known.has(id)),
      drained: [...changes.drain, ...changes.remove],
      warnings: said,
    };
  };

  return {
    reload: async () => apply(await deps.readConfig()),
    answering: () => new Set(engines.keys()),
    async keep(signal) {
      while (await deps.timers.wait(AGAIN_MS, signal)) {
        const hosts = await deps.hosts.list().catch(() => []);
        await forgetRemovedHosts(deps).catch((error: unknown) =>
          deps.log.warn({ err: error }, "could not forget a host"),
        );
        const isLeaving = hosts.some(({ attributes }) => attributes[LEAVING] !== undefined);
        const isMissing = config && addressesOf(config).some(({ docker }) => !engines.has(docker));
        if (config && (isLeaving || isMissing)) {
          await apply(config, true).catch((error: unknown) =>
            deps.log.warn({ err: error }, "could not bring the pool up to date"),
          );
        }
      }
    },
  };
};

const addressesOf = (config: Config): EngineAddress[] => {
  const pool = config.hosts?.map((host) => host.engine ?? config.localEngine) ?? [config.localEngine];
  const addresses = [...pool, ...fargateEngines(config, config.localEngine)];
  return [...new Map(addresses.map((address) => [address.docker, address])).values()];
};

/** What the engines tell of themselves, and of those that do not answer why not; both by address. */
const askEngines = async (
  engines: ContainerEngines,
  addresses: readonly EngineAddress[],
): Promise<{ engines: Map<string, EngineInfo>; silence: Map<string, string> }> => {
  const answered = new Map<string, EngineInfo>();
  const silence = new Map<string, string>();
  const ask = async (address: EngineAddress): Promise<void> => {
    try {
      answered.set(address.docker, await engines.at(address).info());
    } catch (error) {
      // Also one that refuses, or whose TLS files cannot be read: the other hosts are no worse for it.
      silence.set(address.docker, (error as Error).message.replace(`${address.docker} `, ""));
    }
  };
  await Promise.all(addresses.map(ask));
  return { engines: answered, silence };
};
