import type { ImageIdentifier } from "@aws-sdk/client-ecr";
import type { Caller } from "../../kernel/operation.ts";
import { findImage } from "../find-image.ts";
import { type AskedRepository, findRepository } from "../find-repository.ts";
import type { EcrDeps, EcrOperations } from "../ports.ts";
import { named } from "./as-repository.ts";

const NO_SCANNER =
  "Berth has no scanner for vulnerabilities, so nothing is known of this image: that is no clean bill. What it is made of, its package list shows.";

/** Nothing scans here, and nobody is told that an image was found clean. */
export const scanOperations = (deps: EcrDeps): EcrOperations<"StartImageScan" | "DescribeImageScanFindings"> => {
  const answer = async (asked: AskedRepository, imageId: ImageIdentifier, caller: Caller, action: string) => {
    const { repository } = await findRepository(deps, asked, caller, action, "read");
    const { digest } = await findImage(deps, repository, imageId);
    return {
      ...named(repository),
      imageId: { ...imageId, imageDigest: digest },
      imageScanStatus: { status: "UNSUPPORTED_IMAGE" as const, description: NO_SCANNER },
    };
  };
  return {
    StartImageScan: ({ imageId, ...asked }, caller) => answer(asked, imageId, caller, "ecr:StartImageScan"),
    DescribeImageScanFindings: ({ imageId, registryId, repositoryName }, caller) =>
      answer({ registryId, repositoryName }, imageId, caller, "ecr:DescribeImageScanFindings"),
  };
};
