import { once } from "node:events";
import { Writable } from "node:stream";
import { finished } from "node:stream/promises";
import type Docker from "dockerode";

/** What a raw container is made of: a Berth container's own settings, read back from the engine. */
export type RawBody = Docker.ContainerCreateOptions;

/**
 * The settings of a container that Berth made, for containers that nobody manages: same image, command, network, limits, security and log
 * driver. The parent cgroup is the slice's instead of a task's own, so the raw loop has less to do, not more.
 */
export const bodyLike = async (docker: Docker, id: string): Promise<RawBody> => {
  const { Config, HostConfig } = await docker.getContainer(id).inspect();
  const network = HostConfig.NetworkMode ?? "bridge";
  return {
    Image: Config.Image,
    Cmd: Config.Cmd,
    Env: Config.Env,
    Tty: Config.Tty,
    OpenStdin: Config.OpenStdin,
    Labels: { "berth.bench": "raw" },
    HostConfig: { ...HostConfig, CgroupParent: HostConfig.CgroupParent?.replace(/\/[^/]+$/, "") },
    NetworkingConfig: { EndpointsConfig: { [network]: {} } },
  } as RawBody;
};

/** Create and start, and when it had started, by `performance.now`. */
export const startRaw = async (docker: Docker, body: RawBody): Promise<{ container: Docker.Container; at: number }> => {
  const container = await docker.createContainer(body);
  await container.start();
  return { container, at: performance.now() };
};

/** A container's whole life as a careful script would lead it: create, start, follow the output, wait, inspect, remove. */
export const runRaw = async (docker: Docker, body: RawBody): Promise<void> => {
  const { container } = await startRaw(docker, body);
  await finishRaw(docker, container);
};

/** Follows the output to its end, waits, inspects, removes. Throws an Error unless it exited with 0. */
export const finishRaw = async (docker: Docker, container: Docker.Container): Promise<void> => {
  // Docker 20.10 follows only what has started: asked before, it answers nothing and ends.
  const output = await container.logs({ follow: true, stdout: true, stderr: true, timestamps: true });
  const kept = new Writable({ write: (_chunk, _encoding, done) => done() });
  docker.modem.demuxStream(output, kept, kept);
  const ended = once(output, "end");
  await container.wait();
  await ended;
  kept.end();
  await finished(kept);
  const { State } = await container.inspect();
  await container.remove({ v: true });
  if (State.ExitCode !== 0) throw new Error(`a raw container exited with ${State.ExitCode}`);
};
