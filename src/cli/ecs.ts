import type * as ecs from "@aws-sdk/client-ecs";
import type { Connection } from "./connection.ts";

/** The operations of ECS that the commands use, as AWS's own client offers them. */
export interface Ecs {
  runTask(input: ecs.RunTaskCommandInput): Promise<ecs.RunTaskCommandOutput>;
  stopTask(input: ecs.StopTaskCommandInput): Promise<ecs.StopTaskCommandOutput>;
  listTasks(input: ecs.ListTasksCommandInput): Promise<ecs.ListTasksCommandOutput>;
  describeTasks(input: ecs.DescribeTasksCommandInput): Promise<ecs.DescribeTasksCommandOutput>;
  listClusters(input: ecs.ListClustersCommandInput): Promise<ecs.ListClustersCommandOutput>;
  registerTaskDefinition(
    input: ecs.RegisterTaskDefinitionCommandInput,
  ): Promise<ecs.RegisterTaskDefinitionCommandOutput>;
  describeTaskDefinition(
    input: ecs.DescribeTaskDefinitionCommandInput,
  ): Promise<ecs.DescribeTaskDefinitionCommandOutput>;
  listServices(input: ecs.ListServicesCommandInput): Promise<ecs.ListServicesCommandOutput>;
  describeServices(input: ecs.DescribeServicesCommandInput): Promise<ecs.DescribeServicesCommandOutput>;
  listServiceDeployments(
    input: ecs.ListServiceDeploymentsCommandInput,
  ): Promise<ecs.ListServiceDeploymentsCommandOutput>;
  updateService(input: ecs.UpdateServiceCommandInput): Promise<ecs.UpdateServiceCommandOutput>;
}

/** AWS's client, pointed at Berth. Loaded here and not at the top: it takes longer than most commands. */
export const connectEcs = async ({ url, region, accessKeyId, secretAccessKey }: Connection): Promise<Ecs> => {
  const { ECS } = await import("@aws-sdk/client-ecs");
  return new ECS({ endpoint: url, region, credentials: { accessKeyId, secretAccessKey } });
};
