import type { ImageDetail } from "@aws-sdk/client-ecr";
import type { Ecr } from "../ecr.ts";
import { CliError } from "../failure.ts";
import type { ImageName } from "./image-name.ts";

interface Descriptor {
  readonly mediaType?: string;
  readonly digest: string;
  readonly size: number;
}

/** What an image's manifest may say: an image has a config and layers, an index has manifests. */
export interface Manifest {
  readonly mediaType?: string;
  readonly config?: Descriptor;
  readonly layers?: readonly Descriptor[];
  readonly manifests?: readonly (Descriptor & {
    readonly platform?: { readonly os: string; readonly architecture: string; readonly variant?: string };
  })[];
  readonly subject?: Descriptor;
  readonly artifactType?: string;
  readonly annotations?: Readonly<Record<string, string>>;
}

/** One image with its manifest. Throws CliError, or ECR's error, where there is none. */
export const findImage = async (
  ecr: Ecr,
  { repository: repositoryName, tag, digest }: ImageName,
): Promise<{ readonly detail: ImageDetail; readonly manifest: Manifest }> => {
  const imageIds = [{ ...(tag !== undefined && { imageTag: tag }), ...(digest && { imageDigest: digest }) }];
  const [described, got] = await Promise.all([
    ecr.describeImages({ repositoryName, imageIds }),
    ecr.batchGetImage({ repositoryName, imageIds }),
  ]);
  const [detail] = described.imageDetails ?? [];
  const text = got.images?.[0]?.imageManifest;
  if (detail && text !== undefined) return { detail, manifest: JSON.parse(text) as Manifest };
  throw new CliError(got.failures?.[0]?.failureReason ?? `${repositoryName} has no such image`, {
    hint: `see its images with: berth images ${repositoryName}`,
  });
};
