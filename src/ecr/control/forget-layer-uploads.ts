import { repositoryOfId } from "../model/repository.ts";
import type { EcrDeps } from "../ports.ts";

const KEPT_MS = 24 * 60 * 60 * 1000;

/** Forgets layer uploads of the API that nobody completed within a day. */
export const forgetLayerUploads = async ({
  layerUploads,
  store,
  clock,
}: Pick<EcrDeps, "layerUploads" | "store" | "clock">): Promise<void> => {
  for (const stored of await layerUploads.get(await layerUploads.find([]))) {
    if (!stored || clock.now() - stored.value.startedAt < KEPT_MS) continue;
    const { repository, state } = stored.value;
    await store.uploads.cancel(repositoryOfId(repository), { id: stored.id, state });
    await layerUploads.remove(stored.id, stored.version);
  }
};
