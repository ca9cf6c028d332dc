import type { Task } from "@aws-sdk/client-ecs";
import type { Ecr } from "../ecr.ts";
import type { Ecs } from "../ecs.ts";
import { describeTasks, taskArns } from "../find-tasks.ts";
import { findRepository, imagesOf } from "../images/repositories.ts";

/** An image as lab 3's checks look at it. */
export interface SeenImage {
  readonly digest: string;
  readonly tags: readonly string[];
}

export interface SeenRepository {
  readonly name: string;
  readonly mutability: string;
  readonly images: readonly SeenImage[];
  /** Absent where it has no lifecycle policy. */
  readonly lifecycle?: { readonly hasRun: boolean };
}

/** A task's first container, of the default cluster, running or stopped. */
export interface SeenRun {
  readonly image: string;
  readonly imageDigest?: string;
  readonly exitCode?: number;
}

/** What is true of a learner's registry when a check begins. */
export interface ImagesSight {
  /** Those of the lab that are there. */
  readonly repositories: readonly SeenRepository[];
  readonly runs: readonly SeenRun[];
}

const CLUSTER = "default";

/** Looks at what a learner did, by the same operations that the learner used. */
export const lookAtImages = async (
  { ecr, ecs }: { ecr: Ecr; ecs: Ecs },
  names: readonly string[],
): Promise<ImagesSight> => {
  const repositories = await Promise.all(names.map((name) => seenRepository(ecr, name)));
  const arns = await Promise.all((["RUNNING", "STOPPED"] as const).map((desired) => taskArns(ecs, CLUSTER, desired)));
  const tasks = await describeTasks(ecs, CLUSTER, arns.flat());
  return { repositories: repositories.flatMap((one) => one ?? []), runs: tasks.flatMap(runOf) };
};

const seenRepository = async (ecr: Ecr, name: string): Promise<SeenRepository | undefined> => {
  const repository = await findRepository(ecr, name);
  if (!repository) return undefined;
  const [images, lifecycle] = await Promise.all([imagesOf(ecr, name), lifecycleOf(ecr, name)]);
  return {
    name,
    mutability: repository.imageTagMutability ?? "",
    images: images.map(({ imageDigest = "", imageTags = [] }) => ({ digest: imageDigest, tags: imageTags })),
    ...(lifecycle && { lifecycle }),
  };
};

const lifecycleOf = async (ecr: Ecr, repositoryName: string): Promise<SeenRepository["lifecycle"]> => {
  try {
    return { hasRun: (await ecr.getLifecyclePolicy({ repositoryName })).lastEvaluatedAt !== undefined };
  } catch (error) {
    if ((error as Error).name === "LifecyclePolicyNotFoundException") return undefined;
    throw error;
  }
};

const runOf = ({ containers = [] }: Task): SeenRun[] =>
  containers.slice(0, 1).map(({ image = "", imageDigest, exitCode }) => ({
    image,
    ...(imageDigest !== undefined && { imageDigest }),
    ...(exitCode !== undefined && { exitCode }),
  }));
