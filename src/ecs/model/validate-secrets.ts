import type { ContainerDefinition } from "@aws-sdk/client-ecs";
import { parseArn } from "../../kernel/arn.ts";
import { parseObjectArn } from "./environment-file.ts";
import { ClientException } from "./errors.ts";

const MAX_FILES = 10;

/** What is wrong with a container's secrets, in AWS's words; `undefined`: nothing. */
export const secretsFault = ({
  secrets = [],
  environment = [],
}: Pick<ContainerDefinition, "secrets" | "environment">): string | undefined => {
  const taken = new Set(environment.map(({ name }) => name));
  for (const { name, valueFrom } of secrets) {
    if (!name) return "Secret.name should not be null or empty.";
    if (!valueFrom) return "Secret.valueFrom should not be null or empty.";
    if (name.includes("=")) return `Invalid secret name: ${name}.`;
    if (taken.has(name))
      return `The secret name must be unique and not shared with any new or existing environment variables set on the container, such as '${name}'.`;
    taken.add(name);
    if (valueFrom.startsWith("arn:") && !/^(ssm|secretsmanager)$/.test(parseArn(valueFrom)?.service ?? ""))
      return `The secret valueFrom '${valueFrom}' is no ARN of Systems Manager or Secrets Manager.`;
  }
  return undefined;
};

/** Checks what a container is given from elsewhere: secrets, environment files, the registry's credentials. Throws ClientException. */
export const validateSecrets = (container: ContainerDefinition): void => {
  const { name = "", environmentFiles = [], repositoryCredentials } = container;
  const fault = secretsFault(container);
  if (fault !== undefined) throw new ClientException(fault);
  if (environmentFiles.length > MAX_FILES)
    throw new ClientException(`Container '${name}' can have at most ${MAX_FILES} environment files.`);
  for (const { value = "", type } of environmentFiles)
    if (type !== "s3" || !parseObjectArn(value) || !value.endsWith(".env"))
      throw new ClientException(
        `Invalid 'environmentFiles' setting for container '${name}'. A file is of type s3, and its value the ARN of an object whose name ends with .env.`,
      );
  if (repositoryCredentials && !repositoryCredentials.credentialsParameter)
    throw new ClientException("RepositoryCredentials.credentialsParameter should not be null or empty.");
};
