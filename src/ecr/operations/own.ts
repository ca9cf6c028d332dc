import { Type } from "typebox";
import { type OwnOperation, ownOperation } from "../../kernel/own-operation.ts";
import type { LifecycleVerdict } from "../model/lifecycle.ts";
import type { RepositoryRecord } from "../model/repository.ts";
import type { Collected, EcrDeps } from "../ports.ts";
import { imagePackages } from "./image-packages.ts";
import { lifecycleRuns } from "./lifecycle-runs.ts";

/** What the wing's loops do, also when somebody asks. */
export interface Upkeep {
  runLifecycle(repository: RepositoryRecord): Promise<readonly (LifecycleVerdict & { readonly expired: boolean })[]>;
  /** `undefined`: another collection is under way, or uploads did not end in time. */
  collect(signal: AbortSignal): Promise<Collected | undefined>;
}

const text = Type.String();
const name = Type.String({ minLength: 2, description: "A repository's name; its slashes are written %2F" });
const REPOSITORY = "/ecr/repositories/{repositoryName}";

/** Berth's own of ECR: a run of a lifecycle policy that tells of every image, what an image is made of, and space freed now. */
export const ownEcrOperations = (deps: EcrDeps, upkeep: Upkeep): OwnOperation[] => {
  const packagesOf = imagePackages(deps);
  return [
    ...lifecycleRuns(deps, upkeep),
    ownOperation({
      name: "ListImagePackages",
      summary: "What is installed in an image, by dpkg and apk; of an index in its first image",
      method: "GET",
      path: `${REPOSITORY}/images/{image}/packages`,
      params: Type.Object({
        repositoryName: name,
        image: Type.String({ minLength: 1, description: "A tag, or a digest" }),
      }),
      answer: "json",
      status: 200,
      output: Type.Object({
        imageDigest: text,
        packages: Type.Array(Type.Object({ name: text, version: text, architecture: text })),
      }),
      async handle({ params, caller }) {
        const { digest, packages } = await packagesOf(params.repositoryName, params.image, caller);
        return { imageDigest: digest, packages };
      },
    }),
    ownOperation({
      name: "CollectRegistryGarbage",
      summary: "Frees the space of what no image names: waits for uploads under way, and lets new ones wait meanwhile",
      method: "POST",
      path: "/ecr/collect",
      answer: "json",
      status: 200,
      output: Type.Object({
        collected: Type.Boolean({
          description: "false: another collection is under way, or uploads did not end in time",
        }),
        manifests: Type.Number(),
        blobs: Type.Number(),
        bytes: Type.Number(),
        waitedMs: Type.Number({ description: "For uploads under way" }),
        heldMs: Type.Number({ description: "For which new uploads waited, in all" }),
      }),
      async handle({ signal }) {
        const figures = await upkeep.collect(signal);
        const nothing = { manifests: 0, blobs: 0, bytes: 0, waitedMs: 0, heldMs: 0 };
        return { collected: figures !== undefined, ...(figures ?? nothing) };
      },
    }),
  ];
};
