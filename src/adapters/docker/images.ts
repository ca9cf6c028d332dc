import { Readable } from "node:stream";
import { type ContainerEngine, EngineError } from "../../fleet/ports.ts";
import type { Ask } from "./ask.ts";
import { asEngineFailure } from "./failure.ts";
import { linesOf } from "./lines.ts";
import { shortMemory } from "./short-memory.ts";

/** How long the engine's word on an image serves. */
const ASKED_AGAIN_MS = 250;

type ImageVerbs = Pick<ContainerEngine, "pull" | "imageDigest" | "loadImage">;

interface ProgressLine {
  readonly id?: string;
  readonly status?: string;
  readonly progress?: string;
  readonly error?: string;
}

/** An image's name and what follows it: `localhost:4510/app` and `v1`, or `sha256:…`. `latest` where nothing follows. */
const imageReference = (image: string): { readonly name: string; readonly tag: string } => {
  const at = image.indexOf("@");
  if (at >= 0) return { name: image.slice(0, at), tag: image.slice(at + 1) };
  const colon = image.lastIndexOf(":");
  // A colon before a slash belongs to the registry's port.
  if (colon <= image.lastIndexOf("/")) return { name: image, tag: "latest" };
  return { name: image.slice(0, colon), tag: image.slice(colon + 1) };
};

/** An image's name in a path: its slashes stand, whatever else would lead elsewhere does not. */
const pathOf = (image: string): string => `/images/${image.split("/").map(encodeURIComponent).join("/")}`;

/** Reads an answer of progress lines to its end. Its status was 200 before the work began, so a failure stands in a line. */
const finish = async (bytes: AsyncIterable<Uint8Array>, progress: (line: string) => void): Promise<void> => {
  for await (const text of linesOf(bytes)) {
    const line = JSON.parse(text) as ProgressLine;
    if (line.error !== undefined) throw new EngineError(500, line.error);
    if (line.status !== undefined)
      progress([line.id && `${line.id}:`, line.status, line.progress].filter(Boolean).join(" "));
  }
};

/** The verbs about images. */
export const imageVerbs = (ask: Ask, address: string): ImageVerbs => {
  // A launch asks for its image when it sees to it and when it names it, and tasks come in crowds. No container ends within that time.
  const held = shortMemory<string | undefined>(ASKED_AGAIN_MS, () => performance.now());
  return {
    async pull(image, progress, signal, authconfig) {
      const { name, tag } = imageReference(image);
      try {
        const query = { fromImage: name, tag };
        // Headers come with the first progress; how long a registry takes to answer is the caller's signal to bound.
        const question = { method: "POST", path: "/images/create", query, withinMs: Infinity, signal } as const;
        const bytes = await ask.stream({ ...question, ...(authconfig && { authconfig }) });
        await finish(bytes, progress);
        held.forget();
      } catch (error) {
        if (signal.aborted) throw signal.reason;
        throw asEngineFailure(address, error);
      }
    },
    imageDigest: (image) =>
      held.get(image, async () => {
        const path = `${pathOf(image)}/json`;
        return (await ask.answer<{ Id?: string }>({ method: "GET", path, fine: [404] })).Id;
      }),
    async loadImage(archive) {
      let broken: unknown;
      archive.once("error", (error) => {
        broken = error;
      });
      try {
        const question = { method: "POST", path: "/images/load", query: { quiet: true }, archive } as const;
        await finish(await ask.stream({ ...question, withinMs: Infinity }), () => {});
        held.forget();
      } catch (error) {
        throw broken ?? asEngineFailure(address, error);
      } finally {
        // An engine that did not take it leaves it open, and with it a file.
        if (archive instanceof Readable) archive.destroy();
      }
    },
  };
};
