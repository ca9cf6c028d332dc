import { createHash } from "node:crypto";
import { tarOf } from "./tar.mjs";

/** The label that says which recipe made an image, so that an engine which has it is not given it again. */
export const RECIPE_LABEL = "berth.recipe";

/**
 * An image in the format of `docker save`, which every engine's load API reads.
 * @param {{ tag: string, layers: readonly Buffer[], config: object, recipe: string }} image `recipe` is the recipe's fingerprint
 */
export function imageArchive({ tag, layers, config, recipe }) {
  const digests = layers.map(sha256);
  const imageConfig = Buffer.from(
    JSON.stringify({
      architecture: process.arch === "x64" ? "amd64" : process.arch,
      os: "linux",
      created: "1970-01-01T00:00:00Z",
      config: { ...config, Labels: { [RECIPE_LABEL]: recipe } },
      rootfs: { type: "layers", diff_ids: digests.map((digest) => `sha256:${digest}`) },
      history: digests.map(() => ({ created: "1970-01-01T00:00:00Z", created_by: `Berth's recipe for ${tag}` })),
    }),
  );
  const configName = `${sha256(imageConfig)}.json`;
  const layerNames = digests.map((digest) => `${digest}/layer.tar`);
  return tarOf([
    { path: configName, content: imageConfig },
    ...layers.flatMap((content, i) => [
      { path: `${digests[i]}/` },
      { path: /** @type {string} */ (layerNames[i]), content },
    ]),
    {
      path: "manifest.json",
      content: Buffer.from(JSON.stringify([{ Config: configName, RepoTags: [tag], Layers: layerNames }])),
    },
  ]);
}

/** @param {Buffer} content */
const sha256 = (content) => createHash("sha256").update(content).digest("hex");
