import { createHash } from "node:crypto";
import type { RegisterJobDefinitionCommandInput } from "@aws-sdk/client-batch";
import type { Batch } from "../batch.ts";
import { CliError } from "../failure.ts";
import { allPages } from "../pages.ts";
import { DEFAULT_SIZE, type JobOptions } from "./options.ts";

/** The job definition that an image and its options mean. */
const definitionOf = (
  name: string,
  image: string,
  command: readonly string[],
  { vcpus = DEFAULT_SIZE.vcpus, memory = DEFAULT_SIZE.memory, env = [] }: JobOptions,
): RegisterJobDefinitionCommandInput => ({
  jobDefinitionName: name,
  type: "container",
  containerProperties: {
    image,
    resourceRequirements: [
      { type: "VCPU", value: String(vcpus) },
      { type: "MEMORY", value: String(memory) },
    ],
    ...(command.length > 0 && { command: [...command] }),
    ...(env.length > 0 && { environment: env.map(([key, value]) => ({ name: key, value })) }),
  },
});

/** A tag that says what a revision was made from: two are equal if and only if their digests are. */
const DIGEST_TAG = "berth:submit-digest";

/**
 * `name:revision` of an equal definition: any active revision made from the same words, else a new one. Not only the latest: a
 * submission that is asked again names the same revision, whatever was registered meanwhile.
 */
export const ensureJobDefinition = async (batch: Batch, wanted: RegisterJobDefinitionCommandInput): Promise<string> => {
  const digest = createHash("sha256").update(JSON.stringify(wanted)).digest("hex");
  const { jobDefinitionName = "" } = wanted;
  const known = await allPages(
    (nextToken) => batch.describeJobDefinitions({ jobDefinitionName, status: "ACTIVE", nextToken }),
    (page) => page.jobDefinitions,
  );
  const equal = known.find(({ tags }) => tags?.[DIGEST_TAG] === digest);
  const { revision } = equal ?? (await batch.registerJobDefinition({ ...wanted, tags: { [DIGEST_TAG]: digest } }));
  return `${jobDefinitionName}:${revision}`;
};

/** The definition of a job: the registered one that is named, or one made from the image. Throws CliError where neither is given. */
export const definitionFor = async (
  batch: Batch,
  name: string,
  command: readonly string[],
  options: JobOptions,
): Promise<string> => {
  if (options.definition !== undefined) return options.definition;
  if (options.image !== undefined)
    return ensureJobDefinition(batch, definitionOf(name, options.image, command, options));
  throw new CliError("give --image IMAGE or --definition NAME[:REVISION]", { exitCode: 2 });
};
