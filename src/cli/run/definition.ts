import { createHash } from "node:crypto";
import type { RegisterTaskDefinitionCommandInput, TaskDefinition } from "@aws-sdk/client-ecs";
import type { Ecs } from "../ecs.ts";
import type { RunOptions } from "./options.ts";

/** `busybox` of `berth/busybox:latest` or `host:5000/busybox@sha256:…`, as a family or container may be named. */
export const imageName = (image: string): string => {
  const last = image.replace(/@.*$/, "").split("/").at(-1) ?? "";
  return last.replace(/:.*$/, "").replaceAll(/[^A-Za-z0-9_-]/g, "-") || "image";
};

type DefinitionOptions = Pick<RunOptions, "family" | "name" | "cpu" | "memory" | "env" | "publish" | "user">;

/** The task definition of one container that `berth run` means. */
export const definitionOf = (
  image: string,
  command: readonly string[],
  { family, name, cpu, memory, env = [], publish = [], user }: DefinitionOptions,
): RegisterTaskDefinitionCommandInput => ({
  family: family ?? `run-${imageName(image)}`,
  networkMode: "bridge",
  containerDefinitions: [
    {
      name: name ?? imageName(image),
      image,
      essential: true,
      cpu,
      memory,
      ...(command.length > 0 && { command: [...command] }),
      ...(env.length > 0 && { environment: env.map(([key, value]) => ({ name: key, value })) }),
      ...(publish.length > 0 && { portMappings: publish.map((mapping) => ({ ...mapping })) }),
      ...(user !== undefined && { user }),
    },
  ],
});

/** A tag that says what a revision was made from: two are equal if and only if their digests are. */
const DIGEST_TAG = "berth:run-digest";

/**
 * The ARN of an equal task definition: the family's latest revision, where `berth run` made it from the same words, else a new
 * one. Definitions never change, so the digest of the words is enough; comparing the answer would stumble over its defaults.
 */
export const ensureDefinition = async (
  ecs: Ecs,
  wanted: RegisterTaskDefinitionCommandInput,
): Promise<TaskDefinition> => {
  const digest = createHash("sha256").update(JSON.stringify(wanted)).digest("hex");
  const latest = await latestOf(ecs, wanted.family ?? "");
  if (latest?.tags?.some(({ key, value }) => key === DIGEST_TAG && value === digest) && latest.taskDefinition) {
    return latest.taskDefinition;
  }
  const tags = [{ key: DIGEST_TAG, value: digest }];
  const { taskDefinition } = await ecs.registerTaskDefinition({ ...wanted, tags });
  return taskDefinition ?? {};
};

const latestOf = async (ecs: Ecs, family: string) => {
  try {
    return await ecs.describeTaskDefinition({ taskDefinition: family, include: ["TAGS"] });
  } catch (error) {
    // ECS has no code of its own for a family that does not exist.
    if ((error as Error).name === "ClientException") return undefined;
    throw error;
  }
};
