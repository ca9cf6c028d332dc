import type * as batch from "@aws-sdk/client-batch";
import type { Connection } from "./connection.ts";

/** The operations of Batch that the commands use, as AWS's own client offers them. */
export interface Batch {
  /** `idempotencyKey`: the same key again answers with the same job. Berth's own; AWS does not know it. */
  submitJob(input: batch.SubmitJobCommandInput, idempotencyKey: string): Promise<batch.SubmitJobCommandOutput>;
  describeJobs(input: batch.DescribeJobsCommandInput): Promise<batch.DescribeJobsCommandOutput>;
  listJobs(input: batch.ListJobsCommandInput): Promise<batch.ListJobsCommandOutput>;
  cancelJob(input: batch.CancelJobCommandInput): Promise<batch.CancelJobCommandOutput>;
  terminateJob(input: batch.TerminateJobCommandInput): Promise<batch.TerminateJobCommandOutput>;
  createJobQueue(input: batch.CreateJobQueueCommandInput): Promise<batch.CreateJobQueueCommandOutput>;
  describeJobQueues(input: batch.DescribeJobQueuesCommandInput): Promise<batch.DescribeJobQueuesCommandOutput>;
  getJobQueueSnapshot(input: batch.GetJobQueueSnapshotCommandInput): Promise<batch.GetJobQueueSnapshotCommandOutput>;
  registerJobDefinition(
    input: batch.RegisterJobDefinitionCommandInput,
  ): Promise<batch.RegisterJobDefinitionCommandOutput>;
  describeJobDefinitions(
    input: batch.DescribeJobDefinitionsCommandInput,
  ): Promise<batch.DescribeJobDefinitionsCommandOutput>;
}

/** AWS's client, pointed at Berth. Loaded here and not at the top: it takes longer than most commands. */
export const connectBatch = async ({ url, region, accessKeyId, secretAccessKey }: Connection): Promise<Batch> => {
  const { Batch: Client, SubmitJobCommand } = await import("@aws-sdk/client-batch");
  const client = new Client({ endpoint: url, region, credentials: { accessKeyId, secretAccessKey } });
  return {
    submitJob(input, idempotencyKey) {
      const command = new SubmitJobCommand(input);
      command.middlewareStack.add(
        (next) => (args) => {
          (args.request as { headers: Record<string, string> }).headers["idempotency-key"] = idempotencyKey;
          return next(args);
        },
        // Before it is signed.
        { step: "build", name: "idempotencyKey" },
      );
      return client.send(command);
    },
    describeJobs: (input) => client.describeJobs(input),
    listJobs: (input) => client.listJobs(input),
    cancelJob: (input) => client.cancelJob(input),
    terminateJob: (input) => client.terminateJob(input),
    createJobQueue: (input) => client.createJobQueue(input),
    describeJobQueues: (input) => client.describeJobQueues(input),
    getJobQueueSnapshot: (input) => client.getJobQueueSnapshot(input),
    registerJobDefinition: (input) => client.registerJobDefinition(input),
    describeJobDefinitions: (input) => client.describeJobDefinitions(input),
  };
};
