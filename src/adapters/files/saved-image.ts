import { createReadStream } from "node:fs";
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { pipeline } from "node:stream/promises";
import { extract } from "tar-stream";

/** What becomes of the parts of an archive, in the order in which they stand in it. */
export interface ArchiveReader {
  /** A layer, an uncompressed tar archive; to be read to its end. */
  layer(path: string, content: NodeJS.ReadableStream): Promise<void>;
}

/** Which of the parts an archive is made of. */
export interface SavedImage {
  /** The image's configuration, byte for byte. */
  readonly config: Buffer;
  /** Paths of its layers, lowest first. */
  readonly layers: readonly string[];
}

/** Reads an archive of one image in the format of `docker save`; layers go by as streams. Throws where it is none. */
export const readSavedImage = async (file: string, reader: ArchiveReader): Promise<SavedImage> => {
  const texts = new Map<string, Buffer>();
  const entries = extract();
  const reading = (async () => {
    for await (const entry of entries) {
      const { name } = entry.header;
      if (name.endsWith("/layer.tar")) await reader.layer(name, Readable.from(entry, { objectMode: false }));
      else if (name.endsWith(".json")) texts.set(name, await buffer(entry));
      else entry.resume();
    }
  })();
  await Promise.all([pipeline(createReadStream(file), entries), reading]);
  const [manifest] = JSON.parse(texts.get("manifest.json")?.toString() ?? "[]") as {
    Config: string;
    Layers: string[];
  }[];
  const config = manifest && texts.get(manifest.Config);
  if (!manifest || !config) throw new Error(`${file} is no archive of one image`);
  return { config, layers: manifest.Layers };
};
