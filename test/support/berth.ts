import { spawn } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { ECS } from "@aws-sdk/client-ecs";
import type { Test } from "tap";
import type { Credentials } from "../../src/config/installation.ts";
import { CHECKOUT, type ControlPlane, type ControlPlaneSetting, startControlPlane } from "./control-plane.ts";
import { aDistribution, type TestDistribution } from "./distribution.ts";
import { dockerAddress } from "./engine-docker.ts";
import { freePort } from "./free-port.ts";
import { aRedis, type TestRedis } from "./redis.ts";
import { type TestEngine, testEngine } from "./test-engine.ts";
import { until } from "./until.ts";

/** A Berth of a test file's own: home, Redis, ports and all that it leaves on the engine. */
export interface TestBerth {
  readonly home: string;
  readonly url: string;
  readonly installation: string;
  readonly keys: Credentials;
  readonly setting: ControlPlaneSetting;
  readonly redis: TestRedis;
  /** What keeps its blobs, where the test asked for one. */
  readonly distribution?: TestDistribution;
  readonly engine: TestEngine;
  /** AWS's own client. It tries again while Berth is away. */
  readonly ecs: ECS;
  /** A request to /api with the token; throws what is no success. */
  api<Answer>(path: string, init?: RequestInit): Promise<Answer>;
  /** What a task's containers printed, by line. */
  logs(taskArn: string): Promise<string[]>;
  /** Resolves once one of a task's containers has printed a line. */
  says(taskArn: string, line: string): Promise<void>;
  /** The `berth` command as a process of its own. */
  cli(...words: string[]): Promise<{ code: number | null; stdout: string; stderr: string }>;
  /** The control plane that serves now. */
  plane(): ControlPlane;
  /** Starts it anew, after its end; with other settings if any are given. */
  start(other?: Partial<ControlPlaneSetting>): Promise<ControlPlane>;
}

/** Three slices in three zones, small, so that a test can fill them. */
export const THREE_HOSTS = `
hosts:
  - { id: host-1, cpu: 1024, memory: 512, zone: us-east-1a }
  - { id: host-2, cpu: 1024, memory: 512, zone: us-east-1b }
  - { id: host-3, cpu: 1024, memory: 512, zone: us-east-1c }
`;

/** What a Berth's user tells it: when it may go, and whether its last words are of interest. A test does, and the benchmark. */
export type BerthUser = Pick<Test, "teardown" | "passing" | "comment">;

/** Starts a Berth for a test file and takes it away with the test. `config` is its berth.yaml; with `registry` it keeps images. */
export const aBerth = async (
  t: BerthUser,
  {
    config = THREE_HOSTS,
    registry = false,
    start = {},
  }: { config?: string; registry?: boolean; start?: Partial<ControlPlaneSetting> } = {},
): Promise<TestBerth> => {
  const home = await mkdtemp(join(tmpdir(), "berth-"));
  t.teardown(() => rm(home, { recursive: true, force: true }));
  const redis = await aRedis(t, { durable: true, args: ["--maxmemory-policy", "noeviction"] });
  await layOut(home, config, redis.socket, registry ? await onlyBusybox(home) : imagesFolder());
  const distribution = registry ? await aDistribution(t, { socket: registrySocketIn(home) }) : undefined;
  if (distribution) await tellProgram(home, distribution);
  const setting: ControlPlaneSetting = { home, port: await freePort(), registryPort: await freePort() };
  let plane = await startControlPlane({ ...setting, ...start });
  const [keys, installation] = await Promise.all([keysIn(home), installationIn(home)]);
  const engine = testEngine(installation);
  const ecs = clientOf(plane.url, keys);
  t.teardown(async () => {
    ecs.destroy();
    await plane.kill();
    if (!t.passing()) t.comment((await readFile(`${home}/berth-${setting.port}.log`, "utf8")).slice(-8_000));
    await engine.clear();
  });
  const logs = async (taskArn: string): Promise<string[]> => {
    const id = taskArn.slice(taskArn.lastIndexOf("/") + 1);
    const lines = await ask(`${plane.url}/api/tasks/${id}/logs`, keys.apiToken);
    return lines.split("\n").flatMap((line) => (line ? (JSON.parse(line) as { text: string }).text : []));
  };
  return {
    home,
    url: plane.url,
    installation,
    keys,
    setting,
    redis,
    ...(distribution && { distribution }),
    engine,
    ecs,
    api: async (path, init = {}) => JSON.parse(await ask(`${plane.url}/api${path}`, keys.apiToken, init)),
    logs,
    says: async (taskArn, line) => {
      await until(
        `${taskArn} to print ${line}`,
        () => logs(taskArn),
        (lines) => lines.includes(line),
      );
    },
    cli: (...words) => runCli({ BERTH_HOME: home, BERTH_PORT: String(setting.port) }, words),
    plane: () => plane,
    start: async (other = {}) => {
      await plane.gone;
      plane = await startControlPlane({ ...setting, ...other });
      return plane;
    },
  };
};

/** What the set-up would have left in the home. */
const layOut = async (home: string, config: string, redisSocket: string, images: string): Promise<void> => {
  await mkdir(join(home, "run"), { mode: 0o700 });
  const facts = {
    engine: { dockerHost: dockerAddress(), startedByBerth: false },
    redis: { socket: redisSocket },
    distribution: { socket: registrySocketIn(home) },
    images,
  };
  await writeFile(join(home, "run", "setup.json"), JSON.stringify(facts));
  await writeFile(join(home, "berth.yaml"), config);
};

const registrySocketIn = (home: string): string => join(home, "run", "registry.sock");

const imagesFolder = (): string => process.env.BERTH_TEST_IMAGES ?? join(CHECKOUT, ".berth", "images");

/** A folder with the smaller of the base images: the other takes a second to put into a registry. */
const onlyBusybox = async (home: string): Promise<string> => {
  const folder = join(home, "images");
  await mkdir(folder);
  for (const name of ["busybox.tar", "busybox.tar.recipe"])
    await symlink(join(imagesFolder(), name), join(folder, name));
  return folder;
};

const tellProgram = async (home: string, { program }: TestDistribution): Promise<void> => {
  const file = join(home, "run", "setup.json");
  const facts = JSON.parse(await readFile(file, "utf8")) as { distribution: object };
  const distribution = { ...facts.distribution, config: program.config };
  await writeFile(file, JSON.stringify({ ...facts, registry: program.program, distribution }));
};

const keysIn = async (home: string): Promise<Credentials> =>
  JSON.parse(await readFile(join(home, "credentials.json"), "utf8")) as Credentials;

const installationIn = async (home: string): Promise<string> =>
  (await readFile(join(home, "installation-id"), "utf8")).trim();

/** AWS's client of a control plane. */
export const clientOf = (endpoint: string, { accessKeyId, secretAccessKey }: Credentials): ECS =>
  new ECS({ endpoint, region: "us-east-1", credentials: { accessKeyId, secretAccessKey }, maxAttempts: 1 });

const ask = async (url: string, token: string, init: RequestInit = {}): Promise<string> => {
  const headers = { authorization: `Bearer ${token}`, ...(init.body && { "content-type": "application/json" }) };
  const answer = await fetch(url, { ...init, headers });
  const said = await answer.text();
  if (!answer.ok) throw new Error(`${init.method ?? "GET"} ${url}: ${answer.status} ${said}`);
  return said;
};

const runCli = async (env: Record<string, string>, words: readonly string[]) => {
  const child = spawn(process.execPath, [join(CHECKOUT, "dist/cli/main.js"), ...words], {
    env: { PATH: process.env.PATH, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const ended = new Promise<number | null>((resolve) => child.once("close", resolve));
  const [stdout, stderr, code] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  return { code, stdout, stderr };
};
