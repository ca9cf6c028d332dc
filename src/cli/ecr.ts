import type * as ecr from "@aws-sdk/client-ecr";
import type { Connection } from "./connection.ts";

/** The operations of ECR that the commands use, as AWS's own client offers them. */
export interface Ecr {
  getAuthorizationToken(input: ecr.GetAuthorizationTokenCommandInput): Promise<ecr.GetAuthorizationTokenCommandOutput>;
  createRepository(input: ecr.CreateRepositoryCommandInput): Promise<ecr.CreateRepositoryCommandOutput>;
  describeRepositories(input: ecr.DescribeRepositoriesCommandInput): Promise<ecr.DescribeRepositoriesCommandOutput>;
  describeImages(input: ecr.DescribeImagesCommandInput): Promise<ecr.DescribeImagesCommandOutput>;
  getLifecyclePolicy(input: ecr.GetLifecyclePolicyCommandInput): Promise<ecr.GetLifecyclePolicyCommandOutput>;
  batchGetImage(input: ecr.BatchGetImageCommandInput): Promise<ecr.BatchGetImageCommandOutput>;
}

/** AWS's client, pointed at Berth. Loaded here and not at the top: it takes longer than most commands. */
export const connectEcr = async ({ url, region, accessKeyId, secretAccessKey }: Connection): Promise<Ecr> => {
  const { ECR } = await import("@aws-sdk/client-ecr");
  return new ECR({ endpoint: url, region, credentials: { accessKeyId, secretAccessKey } });
};
