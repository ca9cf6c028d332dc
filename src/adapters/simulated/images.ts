import { createHash } from "node:crypto";
import { type ContainerEngine, EngineError } from "../../fleet/ports.ts";
import type { FaultGate } from "./faults.ts";

type ImageVerbs = Pick<ContainerEngine, "pull" | "imageDigest" | "loadImage">;

const digestOf = (text: string): string => `sha256:${createHash("sha256").update(text).digest("hex")}`;

/** Images by name: those the engine holds, and those it finds when it pulls. A loaded archive's text is the image's name. */
export const imageVerbs = (gate: FaultGate, present: readonly string[], pullable: readonly string[]): ImageVerbs => {
  const held = new Map(present.map((image) => [image, digestOf(image)]));
  return {
    pull: (image, progress, signal) =>
      gate.pass("pull", () => {
        signal.throwIfAborted();
        progress(`Pulling ${image}`);
        if (!pullable.includes(image))
          throw new EngineError(404, `pull access denied for ${image}, repository does not exist`);
        held.set(image, digestOf(image));
        progress(`Pulled ${image}`);
      }),
    imageDigest: (image) =>
      gate.pass("imageDigest", () => held.get(image) ?? [...held.values()].find((digest) => digest === image)),
    async loadImage(archive) {
      let text = "";
      for await (const chunk of archive) text += String(chunk);
      await gate.pass("loadImage", () => void held.set(text.trim(), digestOf(text.trim())));
    },
  };
};
