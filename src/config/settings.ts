import { dirname, resolve } from "node:path";
import type { EngineAddress } from "../fleet/model/host.ts";
import type { BerthFile, HostInFile } from "./schema.ts";

/** A host as `berth.yaml` declares it. */
export interface ConfiguredHost {
  readonly id: string;
  /** `undefined` is the local engine. */
  readonly engine?: EngineAddress;
  /** A cluster's name, in the default account and region. */
  readonly cluster: string;
  readonly cpuUnits: number;
  readonly memoryMiB: number;
  readonly zone?: string;
  readonly instanceType?: string;
  /** Where published ports are bound; chosen where absent. */
  readonly publish?: string;
  /** `10.0.0.1:4510`: where its engine reaches Berth's registry. */
  readonly registry?: string;
  /** `10.60.1.0/24`: addresses that are routed to its engine. */
  readonly subnet?: string;
  readonly attributes: Readonly<Record<string, string>>;
}

/** How jobs are run. */
export interface BatchSettings {
  /** The cluster of compute environments that name none in a tag. */
  readonly cluster: string;
  /** Whether jobs behind one that waits for capacity may overtake it into what is free. */
  readonly backfill: boolean;
  /** How long a job waits before its next attempt. */
  readonly retryBackoffSeconds: number;
  /** How long a finished job stays describable. */
  readonly keepJobsDays: number;
  /** The least that a timeout may be. */
  readonly minimumAttemptDurationSeconds: number;
}

const batchOf = (batch: BerthFile["batch"] = {}): BatchSettings => ({
  cluster: batch.cluster ?? "default",
  backfill: batch.backfill ?? false,
  retryBackoffSeconds: batch.retryBackoffSeconds ?? 0,
  keepJobsDays: batch.keepJobsDays ?? 7,
  minimumAttemptDurationSeconds: batch.minimumAttemptDurationSeconds ?? 60,
});

/** How services are kept. */
export interface ServiceSettings {
  /** How long a task without a health check runs before it counts as healthy. */
  readonly healthyAfterSeconds: number;
  /** How long a service waits after a start that failed: first, and at most. */
  readonly backoff: { readonly firstSeconds: number; readonly longestSeconds: number };
}

const servicesOf = (services: BerthFile["services"] = {}): ServiceSettings => ({
  healthyAfterSeconds: services.healthyAfterSeconds ?? 40,
  backoff: {
    firstSeconds: services.firstBackoffSeconds ?? 2,
    longestSeconds: services.longestBackoffSeconds ?? 27 * 60,
  },
});

/** Where networks of clusters are cut from, unless the file says another. */
export const DEFAULT_NETWORK = "10.42.0.0/16";

/** What tasks on Fargate run on, and how those on Spot are taken back. */
export interface FargateSettings {
  /** All of it, to be shared out over the engines. `undefined`: what fargate-hosts.ts takes of each. */
  readonly cpuUnits?: number;
  readonly memoryMiB?: number;
  /** `undefined`: those of the pool. */
  readonly engines?: readonly EngineAddress[];
  /** Between the word that a Spot task is taken back and its stop. */
  readonly spotNoticeSeconds: number;
  /** How often a Spot task is taken back on its own, on average; 0 is never. */
  readonly spotInterruptionsPerHour: number;
}

/** What `berth.yaml` settles, defaults filled in. */
export interface Settings {
  readonly account: string;
  readonly region: string;
  readonly auth: "sigv4" | "open";
  /** `undefined`: the file declares none, so the defaults of default-hosts.ts hold. */
  readonly hosts?: readonly ConfiguredHost[];
  readonly fargate: FargateSettings;
  /** The IPv4 network out of which every (cluster, engine) gets a /24. */
  readonly network: string;
  readonly hostLostAfterSeconds: number;
  /** How long a stopped task stays describable. */
  readonly taskRecordSeconds: number;
  /** Folders that play buckets of S3, absolute, by the buckets' names. */
  readonly buckets: Readonly<Record<string, string>>;
  readonly allow: { readonly hostPaths: readonly string[]; readonly privileged: boolean };
  readonly containers: { readonly pidsLimit: number; readonly dropCapabilities: readonly string[] };
  readonly batch: BatchSettings;
  readonly services: ServiceSettings;
  readonly registry: {
    /** Beyond loopback, with TLS; absent: on loopback only. */
    readonly listen?: { readonly address: string; readonly port: number };
    /** Whether a push makes the repository it names. */
    readonly createOnPush: boolean;
  };
  /** `url` names an existing Redis; without it Berth runs its own. */
  readonly redis: { readonly url?: string; readonly appendfsync: "always" | "everysec" };
}

const engineOf = (
  { docker, tls }: { readonly docker: string; readonly tls?: EngineAddress["tls"] | undefined },
  folder: string,
): EngineAddress => {
  const path = (name: string) => resolve(folder, name);
  return { docker, ...(tls && { tls: { ca: path(tls.ca), cert: path(tls.cert), key: path(tls.key) } }) };
};

const fargateOf = (fargate: NonNullable<BerthFile["fargate"]>, folder: string): FargateSettings => ({
  ...(fargate.vcpu !== undefined && { cpuUnits: Math.round(fargate.vcpu * 1024) }),
  ...(fargate.memory !== undefined && { memoryMiB: fargate.memory }),
  ...(fargate.engines && { engines: fargate.engines.map((engine) => engineOf(engine, folder)) }),
  spotNoticeSeconds: fargate.spotNoticeSeconds ?? 120,
  spotInterruptionsPerHour: fargate.spotInterruptionsPerHour ?? 0,
});

const hostOf = (host: HostInFile, folder: string): ConfiguredHost => {
  const {
    id,
    docker,
    tls,
    cluster = "default",
    cpu,
    memory,
    zone,
    instanceType,
    publish,
    registry,
    subnet,
    attributes = {},
  } = host;
  return {
    id,
    cluster,
    cpuUnits: cpu,
    memoryMiB: memory,
    attributes,
    ...(docker !== undefined && { engine: engineOf({ docker, tls }, folder) }),
    ...(zone !== undefined && { zone }),
    ...(instanceType !== undefined && { instanceType }),
    ...(publish !== undefined && { publish }),
    ...(registry !== undefined && { registry }),
    ...(subnet !== undefined && { subnet }),
  };
};

const listenOf = (text: string): { address: string; port: number } => {
  const [address = "", port] = text.split(":");
  return { address, port: Number(port) };
};

/** The settings of a file; paths in it are relative to the file itself. */
export const settingsOf = (file: BerthFile, fileName: string): Settings => ({
  account: file.account ?? "000000000000",
  region: file.region ?? "us-east-1",
  auth: file.auth ?? "sigv4",
  ...(file.hosts && { hosts: file.hosts.map((host) => hostOf(host, dirname(fileName))) }),
  fargate: fargateOf(file.fargate ?? {}, dirname(fileName)),
  network: file.network ?? DEFAULT_NETWORK,
  hostLostAfterSeconds: file.hostLostAfterSeconds ?? 10,
  taskRecordSeconds: file.taskRecordSeconds ?? 3600,
  buckets: Object.fromEntries(
    Object.entries(file.buckets ?? {}).map(([name, folder]) => [name, resolve(dirname(fileName), folder)]),
  ),
  allow: { hostPaths: file.allow?.hostPaths ?? [], privileged: file.allow?.privileged ?? false },
  containers: {
    pidsLimit: file.containers?.pidsLimit ?? 4096,
    dropCapabilities: file.containers?.dropCapabilities ?? [],
  },
  batch: batchOf(file.batch),
  services: servicesOf(file.services),
  registry: {
    ...(file.registry?.listen !== undefined && { listen: listenOf(file.registry.listen) }),
    createOnPush: file.registry?.createOnPush ?? false,
  },
  redis: { ...(file.redis?.url && { url: file.redis.url }), appendfsync: file.redis?.appendfsync ?? "always" },
});
