import { Agent, request } from "node:http";
import { Batch } from "@aws-sdk/client-batch";
import { aBerth } from "../../test/support/berth.ts";
import { spreadLine, spreadOf, verdict } from "../launch/figures.ts";

const CONNECTIONS = 50;
const SECONDS = 5;

type BerthUser = Parameters<typeof aBerth>[0];

/** One request as AWS's client signs it: the same one is good for some minutes, so that no signing is measured. */
const signedRequest = async (batch: Batch, url: string): Promise<{ headers: Record<string, string>; body: string }> => {
  let signed: { headers: Record<string, string>; body: string } | undefined;
  batch.middlewareStack.add(
    (next) => async (args) => {
      const { headers, body } = args.request as { headers: Record<string, string>; body: string };
      signed = { headers, body };
      return next(args);
    },
    { step: "finalizeRequest", priority: "low" },
  );
  await batch.submitJob({ jobName: "job", jobQueue: "waits", jobDefinition: "job" });
  if (!signed) throw new Error(`no request went to ${url}`);
  return signed;
};

/** SubmitJob over HTTP, signed, each acknowledged after a sync of Redis's log. Jobs wait: their environment is DISABLED. */
export const http = async (user: BerthUser, { rounds }: { rounds: number }): Promise<void> => {
  const berth = await aBerth(user);
  const { accessKeyId, secretAccessKey } = berth.keys;
  const batch = new Batch({ endpoint: berth.url, region: "us-east-1", credentials: { accessKeyId, secretAccessKey } });
  user.teardown(() => batch.destroy());
  await batch.createComputeEnvironment({ computeEnvironmentName: "off", type: "UNMANAGED", state: "DISABLED" });
  const computeEnvironmentOrder = [{ order: 1, computeEnvironment: "off" }];
  await batch.createJobQueue({ jobQueueName: "waits", priority: 1, computeEnvironmentOrder });
  const resourceRequirements = [
    { type: "VCPU" as const, value: "1" },
    { type: "MEMORY" as const, value: "32" },
  ];
  await batch.registerJobDefinition({
    jobDefinitionName: "job",
    type: "container",
    containerProperties: { image: "berth/busybox", resourceRequirements },
  });
  const { headers, body } = await signedRequest(batch, berth.url);
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
  const once = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const sent = request(`${berth.url}/v1/submitjob`, { agent, method: "POST", headers }, (answer) => {
        if (answer.statusCode !== 200) reject(new Error(`SubmitJob answered ${answer.statusCode}`));
        answer.resume().on("end", resolve).on("error", reject);
      });
      sent.on("error", reject).end(body);
    });
  const rates: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const began = performance.now();
    let done = 0;
    const lane = async (): Promise<void> => {
      while (performance.now() - began < SECONDS * 1000) {
        await once();
        done += 1;
      }
    };
    await Promise.all(Array.from({ length: CONNECTIONS }, lane));
    rates.push((done * 1000) / (performance.now() - began));
  }
  agent.destroy();
  console.log(
    `SubmitJob over HTTP, signed, ${CONNECTIONS} at once, appendfsync always, ${rounds} rounds of ${SECONDS} s`,
  );
  console.log(spreadLine("Berth", rates, "jobs/s", 0));
  console.log(`  median: ${verdict(spreadOf(rates).median, { least: 500 })}`);
};
