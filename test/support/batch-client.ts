import { Batch, type JobDetail } from "@aws-sdk/client-batch";
import type { Test } from "tap";
import type { TestBerth } from "./berth.ts";

/** As many as DescribeJobs takes. */
const AT_ONCE = 100;

export const hasEnded = ({ status }: JobDetail): boolean => status === "SUCCEEDED" || status === "FAILED";

/** AWS's own client of a Berth's Batch, with what a test asks of many jobs. It does not try again by itself. */
export const aBatchClient = (t: Test, berth: TestBerth) => {
  const { accessKeyId, secretAccessKey, apiToken } = berth.keys;
  const credentials = { accessKeyId, secretAccessKey };
  const batch = new Batch({ endpoint: berth.url, region: "us-east-1", credentials, maxAttempts: 1 });
  t.teardown(() => batch.destroy());
  return {
    batch,
    describe: async (ids: readonly string[]): Promise<JobDetail[]> => {
      const found: JobDetail[] = [];
      for (let from = 0; from < ids.length; from += AT_ONCE)
        found.push(...((await batch.describeJobs({ jobs: ids.slice(from, from + AT_ONCE) })).jobs ?? []));
      return found;
    },
    /** What a job's attempts printed, by line. */
    linesOf: async (id: string): Promise<string[]> => {
      const headers = { authorization: `Bearer ${apiToken}` };
      const answer = await fetch(`${berth.url}/api/batch/jobs/${encodeURIComponent(id)}/logs`, { headers });
      const lines = (await answer.text()).split("\n");
      return lines.flatMap((line) => (line ? (JSON.parse(line) as { text: string }).text : []));
    },
  };
};
