import { randomBytes } from "node:crypto";
import { Readable } from "node:stream";
import type Docker from "dockerode";
import { imageArchive } from "../../scripts/images/image-archive.mjs";
import { tarOf } from "../../scripts/images/tar.mjs";

/** With what `docker` asks a registry. */
export interface Login {
  readonly username: string;
  readonly password: string;
  readonly serveraddress: string;
}

/** Images made for a test on a real engine, pushed and pulled there as `docker push` and `docker pull` do. */
export interface TinyImages {
  /** Loads an image of that many layers, each of a few random bytes, under a name; answers its id on the engine. */
  make(name: string, layers?: number): Promise<string>;
  /** What another image is, with a file `/said` more that holds `text`. */
  derive(name: string, from: string, text: string): Promise<string>;
  tag(name: string, other: string): Promise<void>;
  /** Answers the digest; throws what the engine says. `onProgress` is called when it begins to tell of it. */
  push(name: string, login: Login, cut?: { signal: AbortSignal; onProgress: () => void }): Promise<string>;
  /** Answers the image's id on the engine. */
  pull(name: string, login: Login): Promise<string>;
  /** Takes names off the engine; those that are not there are no matter. */
  forget(...names: string[]): Promise<void>;
  /** Takes away every image this test made, and what Berth brought from that registry. */
  clear(host: string): Promise<void>;
}

/** `docker push localhost:4510/app:1` and its kin, over the engine's API. */
export const tinyImages = (docker: Docker): TinyImages => {
  const names = new Set<string>();
  const forget = async (...some: string[]) => {
    for (const name of some) await docker.getImage(name).remove({ force: true }).catch(missingIsFine);
  };
  const follow = (stream: NodeJS.ReadableStream): Promise<Line[]> =>
    new Promise((resolve, reject) => {
      docker.modem.followProgress(stream, (error, lines: Line[] = []) => {
        const failed = error?.message ?? lines.find((line) => line.error)?.error;
        if (failed) reject(new Error(failed));
        else resolve(lines);
      });
    });
  const split = (name: string): [string, string] => {
    const colon = name.lastIndexOf(":");
    return [name.slice(0, colon), name.slice(colon + 1)];
  };
  return {
    async make(name, count = 1) {
      names.add(name);
      const layers = Array.from({ length: count }, (_, index) =>
        tarOf([{ path: `file-${index}`, content: randomBytes(2_000) }]),
      );
      const archive = imageArchive({ tag: name, layers, config: { Cmd: ["true"] }, recipe: "test" });
      await follow(await docker.loadImage(Readable.from([archive])));
      return (await docker.getImage(name).inspect()).Id;
    },
    async derive(name, from, text) {
      names.add(name);
      const [repo, tag] = split(name);
      const container = await docker.createContainer({ Image: from });
      try {
        await container.putArchive(tarOf([{ path: "said", content: Buffer.from(`${text}\n`) }]), { path: "/" });
        await container.commit({ repo, tag });
      } finally {
        await container.remove();
      }
      return (await docker.getImage(name).inspect()).Id;
    },
    async tag(name, other) {
      names.add(other);
      const [repo, tag] = split(other);
      await docker.getImage(name).tag({ repo, tag });
    },
    async push(name, authconfig, cut) {
      const pushing = await docker
        .getImage(name)
        .push({ authconfig, ...(cut && { abortSignal: cut.signal }) } as Docker.ImagePushOptions);
      if (cut) pushing.once("readable", cut.onProgress);
      const lines = await follow(pushing);
      const digest = lines.find(({ aux }) => aux?.Digest)?.aux?.Digest;
      if (digest === undefined) throw new Error(`no digest in ${JSON.stringify(lines.at(-1))}`);
      return digest;
    },
    async pull(name, authconfig) {
      names.add(name);
      await follow(await docker.pull(name, { authconfig }));
      return (await docker.getImage(name).inspect()).Id;
    },
    forget,
    async clear(host) {
      await forget(...names);
      const all = await docker.listImages();
      const known = all.flatMap(({ RepoTags, RepoDigests }) => [...(RepoTags ?? []), ...(RepoDigests ?? [])]);
      await forget(...known.filter((name) => name.startsWith(`${host}/`)));
    },
  };
};

interface Line {
  readonly error?: string;
  readonly aux?: { readonly Digest?: string };
}

const missingIsFine = (error: { statusCode?: number }): void => {
  if (error.statusCode !== 404) throw error;
};
