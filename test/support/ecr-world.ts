import { Readable } from "node:stream";
import type { Test } from "tap";
import { distribution } from "../../src/adapters/distribution/distribution.ts";
import { collectionStore, uploadHolds } from "../../src/adapters/redis/collection-store.ts";
import { imageStore } from "../../src/adapters/redis/image-store.ts";
import { recordStore } from "../../src/adapters/redis/record-store.ts";
import { liveTime, movableClock } from "../../src/adapters/simulated/clock.ts";
import { simulatedWorkQueue } from "../../src/adapters/simulated/work-queue.ts";
import { type Collected, type EcrDeps, ecrWing } from "../../src/ecr/index.ts";
import type { RepositoryRef } from "../../src/ecr/model/repository.ts";
import { NO_LOG } from "../../src/kernel/log.ts";
import { systemRandom } from "../../src/kernel/random.ts";
import type { Scope } from "../../src/kernel/scope.ts";
import { aDistribution } from "./distribution.ts";
import { digestOf } from "./images.ts";
import { aRedis, aStore } from "./redis.ts";

const MANIFEST = "application/vnd.docker.distribution.manifest.v2+json";
const GZIP_LAYER = "application/vnd.docker.image.rootfs.diff.tar.gzip";
const INDEX = "application/vnd.oci.image.index.v1+json";

/** ECR over a real Redis and a real Distribution, on a clock that is moved by hand; what only waits a moment waits in real time. */
export const anEcrWorld = async (
  t: Test,
  { defaults, ...settings }: { defaults: Scope } & Partial<Pick<EcrDeps, "createOnPush">>,
) => {
  const store = await aStore(t, await aRedis(t));
  const registry = await aDistribution(t);
  const behind = distribution(registry.socket, registry.program);
  t.teardown(() => behind.close());
  const clock = movableClock(Date.UTC(2026, 10, 24, 12));
  const queue = simulatedWorkQueue(clock);
  t.teardown(() => queue.close());
  const collected: Collected[] = [];
  let collectorRuns = () => {};
  const deps: EcrDeps = {
    repositories: recordStore(store, "repository"),
    previews: recordStore(store, "lifecycle-preview"),
    layerUploads: recordStore(store, "layer-upload"),
    images: imageStore(store),
    collection: collectionStore(store),
    holds: uploadHolds(store),
    store: {
      ...behind,
      collect() {
        collectorRuns();
        return behind.collect();
      },
    },
    queue,
    clock,
    timers: liveTime,
    newId: systemRandom.uuid,
    log: NO_LOG,
    secret: "a secret of tests",
    host: "localhost:4510",
    defaults,
    createOnPush: false,
    onCollected: (figures) => collected.push(figures),
    ...settings,
  };
  const wing = ecrWing(deps);

  /** Under a hold, as the registry's door works. */
  const held = async <Answer>(work: () => Promise<Answer>): Promise<Answer> => {
    const release = await wing.rules.hold();
    try {
      return await work();
    } finally {
      release();
    }
  };

  const upload = (repository: RepositoryRef, bytes: string | Buffer) => held(() => uploadNow(repository, bytes));
  const uploadNow = async (repository: RepositoryRef, bytes: string | Buffer): Promise<string> => {
    const { shelf } = wing;
    const digest = digestOf(bytes);
    const begun = await shelf.uploads.begin(repository);
    const sent = await shelf.uploads.append(repository, begun, Readable.from([Buffer.from(bytes)]));
    const end = await shelf.uploads.finish(repository, sent!, digest);
    if (end !== "done") throw new Error(`the upload ended with ${end}`);
    return digest;
  };

  /** What the registry's door does with a manifest. */
  const put = (repository: RepositoryRef, text: string, mediaType: string, tag?: string) =>
    held(() => putNow(repository, text, mediaType, tag));
  const putNow = async (repository: RepositoryRef, text: string, mediaType: string, tag?: string): Promise<string> => {
    const bytes = Buffer.from(text);
    const manifest = { digest: digestOf(bytes), mediaType, bytes, ...(tag !== undefined && { tag }) };
    await wing.rules.check(repository, manifest);
    const kept = await wing.shelf.manifests.put(repository, manifest.digest, mediaType, bytes);
    if (kept.type !== "kept") throw new Error(`the manifest is ${JSON.stringify(kept)}`);
    await wing.rules.push(repository, manifest);
    return manifest.digest;
  };

  const manifestOf = async (
    repository: RepositoryRef,
    layers: readonly (string | Buffer)[],
    more: object = {},
  ): Promise<string> => {
    const config = JSON.stringify({ layers: layers.map((layer) => digestOf(layer)), ...more });
    const described = async (mediaType: string, bytes: string | Buffer) => ({
      mediaType,
      size: Buffer.byteLength(bytes),
      digest: await upload(repository, bytes),
    });
    return JSON.stringify({
      schemaVersion: 2,
      mediaType: MANIFEST,
      config: await described("application/vnd.docker.container.image.v1+json", config),
      layers: await Promise.all(layers.map((layer) => described(GZIP_LAYER, layer))),
      ...more,
    });
  };

  return {
    wing,
    deps,
    store,
    clock,
    collected,
    /** Calls `listener` whenever Distribution's collector is about to run. */
    onCollector(listener: () => void) {
      collectorRuns = listener;
    },
    upload,
    /** For whoever holds already. */
    uploadNow,
    put,
    manifestOf,
    /** Pushes an image of these layers as docker would; answers its digest. */
    push: async (repository: RepositoryRef, layers: readonly (string | Buffer)[], tag?: string, more?: object) =>
      put(repository, await manifestOf(repository, layers, more), MANIFEST, tag),
    /** Pushes an index of these images. */
    pushIndex: (repository: RepositoryRef, images: readonly string[], tag: string) => {
      const manifests = images.map((digest) => ({ mediaType: MANIFEST, digest, size: 1 }));
      return put(repository, JSON.stringify({ schemaVersion: 2, mediaType: INDEX, manifests }), INDEX, tag);
    },
  };
};
