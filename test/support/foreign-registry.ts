import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type Docker from "dockerode";
import type { Test } from "tap";
import { freePort } from "./free-port.ts";
import { until } from "./until.ts";

/** A registry that is not Berth's: the engine pulls from it by itself, as from Docker Hub. */
export interface ForeignRegistry {
  /** `127.0.0.1:PORT`, which every engine on this machine takes without TLS. */
  readonly address: string;
  readonly port: number;
  /** Pushes an image of the engine's under a name of this registry, and takes it off the engine again. */
  publish(docker: Docker, image: string, name: string): Promise<string>;
  stop(): Promise<void>;
}

/** Who is let in by a registry that lets in not everybody; Distribution takes bcrypt only. */
export const LOGIN = { username: "sailor", password: "open sesame" };
const HTPASSWD = `${LOGIN.username}:$2y$05$abcdefghijklmnopqrstuupx2xBUC4954936wVIjyyPHmUBFu0wCW\n`;

/** Starts a real Distribution for a test; it ends with the test. A `closed` one lets in nobody but LOGIN. */
export const aForeignRegistry = async (
  t: Pick<Test, "teardown">,
  { closed = false }: { closed?: boolean } = {},
): Promise<ForeignRegistry> => {
  const program = process.env.BERTH_TEST_REGISTRY ?? "/usr/bin/docker-registry";
  const folder = await mkdtemp(join(tmpdir(), "berth-registry-"));
  const port = await freePort();
  const address = `127.0.0.1:${port}`;
  const config = join(folder, "config.yml");
  await writeFile(join(folder, "htpasswd"), HTPASSWD);
  const auth = closed ? `auth: { htpasswd: { realm: test, path: ${folder}/htpasswd } }\n` : "";
  await writeFile(
    config,
    `version: 0.1\nlog: { level: error }\nstorage: { filesystem: { rootdirectory: ${folder}/data } }\nhttp: { addr: "${address}" }\n${auth}`,
  );
  const child = spawn(program, ["serve", config], { stdio: "ignore" });
  const gone = once(child, "exit");
  const stop = async (): Promise<void> => {
    child.kill("SIGKILL");
    await gone;
  };
  t.teardown(async () => {
    await stop();
    await rm(folder, { recursive: true, force: true });
  });
  await until(
    "the registry to answer",
    () => fetch(`http://${address}/v2/`),
    ({ status }) => status === (closed ? 401 : 200),
  );
  return {
    address,
    port,
    stop,
    async publish(docker, image, name) {
      const repo = `${address}/${name}`;
      await docker.getImage(image).tag({ repo, tag: "1" });
      const pushing = await docker.getImage(`${repo}:1`).push({
        authconfig: closed ? { ...LOGIN, serveraddress: address } : {},
      });
      await new Promise<void>((resolve, reject) => {
        docker.modem.followProgress(pushing, (error, output: { error?: string }[]) => {
          const failed = error ?? output?.find((line) => line.error)?.error;
          if (failed) reject(new Error(String(failed)));
          else resolve();
        });
      });
      await docker.getImage(`${repo}:1`).remove();
      return `${repo}:1`;
    },
  };
};
