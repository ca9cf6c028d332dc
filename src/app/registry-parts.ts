import { type Distribution, distribution } from "../adapters/distribution/distribution.ts";
import { collectionStore, uploadHolds } from "../adapters/redis/collection-store.ts";
import { imageStore } from "../adapters/redis/image-store.ts";
import { recordStore } from "../adapters/redis/record-store.ts";
import type { Config } from "../config.ts";
import {
  type Collected,
  ecrWing,
  type LayerUpload,
  type LifecyclePreview,
  type RepositoryRecord,
} from "../ecr/index.ts";
import type { OwnImages } from "../fleet/ports.ts";
import { systemClock } from "../kernel/clock.ts";
import type { Log } from "../kernel/log.ts";
import { systemRandom } from "../kernel/random.ts";
import type { Scope } from "../kernel/scope.ts";
import { systemTimers } from "../kernel/timers.ts";
import { seedBaseImages } from "./base-images.ts";
import { ownImages } from "./own-images.ts";
import type { openStores } from "./store-parts.ts";

export interface RegistryParts {
  readonly ecr: ReturnType<typeof ecrWing>;
  readonly distribution: Distribution;
  /** The registry as launches use it. */
  readonly ownImages: OwnImages;
  /** Goes on until the base images are in the registry, or the signal aborts. */
  seed(signal: AbortSignal): Promise<void>;
}

const SEED_AGAIN_MS = 5_000;

/** ECR and what keeps its images: Distribution behind its socket, names in Redis. `secret` signs tokens. */
export const registryParts = (
  config: Config,
  { store, queues }: Pick<Awaited<ReturnType<typeof openStores>>, "store" | "queues">,
  secret: string,
  log: Log,
  onCollected: (figures: Collected) => void,
): RegistryParts => {
  const { account, region, registryPort, registry } = config;
  const behind = distribution(config.distributionSocket, config.distributionProgram);
  const defaults = { account, region };
  const ecr = ecrWing({
    repositories: recordStore<RepositoryRecord>(store, "repository"),
    previews: recordStore<LifecyclePreview>(store, "lifecycle-preview"),
    layerUploads: recordStore<LayerUpload>(store, "layer-upload"),
    images: imageStore(store),
    collection: collectionStore(store),
    holds: uploadHolds(store),
    store: behind,
    queue: queues("ecr"),
    clock: systemClock,
    timers: systemTimers,
    newId: systemRandom.uuid,
    log,
    secret,
    host: `localhost:${registryPort}`,
    defaults,
    createOnPush: registry.createOnPush,
    onCollected,
  });
  const { rules, shelf, ensureRepository } = ecr;
  const pullToken = (scope: Scope) => ecr.pullToken(scope, `arn:aws:iam::${scope.account}:user/berth`);
  return {
    ecr,
    distribution: behind,
    ownImages: ownImages({ rules, shelf, defaults, pullToken }),
    async seed(signal) {
      let wasAway = false;
      do {
        try {
          await behind.ping();
          const folder = config.imagesFolder;
          const seeded = await seedBaseImages({ rules, store: shelf, ensureRepository, defaults, folder });
          if (seeded.length > 0) log.info({ images: seeded }, "put base images into the registry");
          return;
        } catch (error) {
          if (!wasAway) log.warn({ err: error }, "could not put base images into the registry, tries again");
          wasAway = true;
        }
      } while (await systemTimers.wait(SEED_AGAIN_MS, signal));
    },
  };
};
