import * as ecr from "@aws-sdk/client-ecr";
import type { OperationTable } from "../kernel/operation.ts";
import type { Scope } from "../kernel/scope.ts";
import { collectGarbage } from "./control/collect-garbage.ts";
import { handleWakeUps } from "./control/handle-wake-ups.ts";
import { runLifecycle } from "./control/lifecycle-runner.ts";
import { keptStore } from "./kept-store.ts";
import { makeRepository } from "./make-repository.ts";
import { makeToken, TOKEN_MS } from "./model/registry-token.ts";
import { authorizationOperations } from "./operations/authorization.ts";
import { deleteImageOperations } from "./operations/delete-images.ts";
import { getImageOperations } from "./operations/get-images.ts";
import { layerUploadOperations } from "./operations/layer-uploads.ts";
import { lifecyclePolicyOperations } from "./operations/lifecycle-policies.ts";
import { listImageOperations } from "./operations/list-images.ts";
import { ownEcrOperations } from "./operations/own.ts";
import { putImageOperations } from "./operations/put-image.ts";
import { repositoryOperations } from "./operations/repositories.ts";
import { repositoryPolicyOperations } from "./operations/repository-policies.ts";
import { scanOperations } from "./operations/scans.ts";
import { tagOperations } from "./operations/tags.ts";
import type { EcrDeps } from "./ports.ts";
import { registryRules } from "./registry-rules.ts";

export { asImageActionEvent } from "./image-event.ts";
export type {
  BlobStore,
  Collected,
  EcrDeps,
  LayerUpload,
  LifecyclePreview,
  RegistryRules,
  RepositoryRecord,
} from "./ports.ts";
export { ecrRoutes } from "./rest-routes.ts";

/** ECR as it is served: AWS's model of it, and a handler for each operation that is built. The others answer 501. */
export const ecrWing = (outside: EcrDeps) => {
  const deps = { ...outside, store: keptStore(outside) };
  return {
    model: ecr,
    handlers: {
      ...repositoryOperations(deps),
      ...repositoryPolicyOperations(deps),
      ...lifecyclePolicyOperations(deps),
      ...authorizationOperations(deps),
      ...listImageOperations(deps),
      ...getImageOperations(deps),
      ...putImageOperations(deps),
      ...deleteImageOperations(deps),
      ...layerUploadOperations(deps),
      ...scanOperations(deps),
      ...tagOperations(deps),
    } satisfies OperationTable,

    /** Berth's own operations of ECR, for /api. */
    own: ownEcrOperations(deps, {
      runLifecycle: (repository) => runLifecycle(deps, repository),
      collect: (signal) => collectGarbage(outside, signal),
    }),

    /** Names, tags and who may do what: for the registry's door. */
    rules: registryRules(deps),
    /** The blob store as the door is to use it: it tells which blobs a collection has to spare. */
    shelf: deps.store,

    /** Handles the wing's wake-ups until the queue is closed. */
    keep: (signal: AbortSignal) => handleWakeUps(outside, signal),

    /** A password that pulls from every repository of an account and region, for Berth's own engines. It holds for twelve hours. */
    pullToken: ({ account, region }: Scope, principal: string): string =>
      makeToken({ account, region, principal, right: "pull", expiresAt: deps.clock.now() + TOKEN_MS }, deps.secret),

    /** Makes a repository that Berth itself needs, where it is not there yet. */
    async ensureRepository(scope: Scope, name: string): Promise<void> {
      await makeRepository(deps, { ...scope, name }, {});
    },
  };
};
