import type { ContainerDefinition, HealthCheck, LinuxParameters } from "@aws-sdk/client-ecs";
import { ClientException } from "./errors.ts";
import { missingLogOptions } from "./log-configuration.ts";
import { MIN_MEMORY_MIB } from "./quantities.ts";
import { validateSecrets } from "./validate-secrets.ts";

/** Checks one container's own settings, whatever the other containers are. Throws ClientException. */
export const validateContainer = (container: ContainerDefinition, hasTaskMemory: boolean): void => {
  const { name = "", image, user, healthCheck, linuxParameters, restartPolicy } = container;
  const invalid = (member: string, why = ""): ClientException =>
    new ClientException(`Invalid '${member}' setting for container '${name}'.${why && ` ${why}`}`);

  if (!image) throw new ClientException("Container.image should not be null or empty.");
  if (!/^[A-Za-z0-9_\-:./#@]+$/.test(image) || (image.split("@")[0] ?? "").length > 255) throw invalid("image");
  validateMemory(container, hasTaskMemory);
  if ((container.cpu ?? 0) < 0) throw invalid("cpu");
  if (user === "") throw invalid("user");
  const unlogged = container.logConfiguration && missingLogOptions(container.logConfiguration);
  if (unlogged) throw new ClientException(unlogged);
  for (const { name: variable } of container.environment ?? [])
    if (!variable || variable.includes("=")) throw invalid("environment", "A variable's name is empty or has a '='.");
  validateSecrets(container);
  for (const [member, seconds] of Object.entries({ start: container.startTimeout, stop: container.stopTimeout }))
    if (seconds !== undefined && seconds < 2)
      throw new ClientException(`Granular ${member} timeout on container '${name}' must be at least 2 seconds.`);
  for (const { hostname, ipAddress } of container.extraHosts ?? [])
    if (!hostname || !ipAddress) throw invalid("extraHosts");
  for (const { name: limit, softLimit, hardLimit } of container.ulimits ?? [])
    if ((softLimit ?? 0) > (hardLimit ?? 0) && hardLimit !== -1)
      throw invalid("ulimits", `The soft limit of '${limit}' is above its hard limit.`);
  for (const option of container.dockerSecurityOptions ?? [])
    if (!/^(no-new-privileges|apparmor:.+|label:.+|credentialspec:.+)$/.test(option))
      throw invalid("dockerSecurityOptions", `'${option}' is none.`);
  for (const { namespace = "", value } of container.systemControls ?? [])
    if (!value || !isNamespaced(namespace))
      throw invalid("systemControls", `'${namespace}' is no namespaced kernel parameter.`);
  const period = restartPolicy?.restartAttemptPeriod;
  if (period !== undefined && (period < 60 || period > 1800))
    throw invalid("restartPolicy", "restartAttemptPeriod is 60 to 1800 seconds.");
  if ((restartPolicy?.ignoredExitCodes?.length ?? 0) > 50)
    throw invalid("restartPolicy", "At most 50 exit codes can be ignored.");
  if (healthCheck) validateHealthCheck(healthCheck, (why) => invalid("healthCheck", why));
  if (linuxParameters) validateLinuxParameters(linuxParameters, (why) => invalid("linuxParameters", why));
};

const validateMemory = ({ name, memory, memoryReservation }: ContainerDefinition, hasTaskMemory: boolean): void => {
  if (memory === undefined && memoryReservation === undefined && !hasTaskMemory)
    throw new ClientException(
      `Invalid setting for container '${name}'. At least one of 'memory' or 'memoryReservation' must be specified.`,
    );
  for (const [member, amount] of Object.entries({ memory, memoryReservation }))
    if (amount !== undefined && amount < MIN_MEMORY_MIB)
      throw new ClientException(
        `Invalid '${member}' setting for container '${name}'. It must be at least ${MIN_MEMORY_MIB} MiB.`,
      );
  if (memory !== undefined && memoryReservation !== undefined && memory < memoryReservation)
    throw new ClientException(
      `Invalid setting for container '${name}'. 'memory' must be greater than or equal to 'memoryReservation'.`,
    );
};

const IPC_PARAMETERS = new Set([
  "kernel.msgmax",
  "kernel.msgmnb",
  "kernel.msgmni",
  "kernel.sem",
  "kernel.shmall",
  "kernel.shmmax",
  "kernel.shmmni",
  "kernel.shm_rmid_forced",
]);

const isNamespaced = (parameter: string): boolean =>
  IPC_PARAMETERS.has(parameter) || parameter.startsWith("fs.mqueue.") || parameter.startsWith("net.");

type Invalid = (why: string) => ClientException;

const validateHealthCheck = (check: HealthCheck, invalid: Invalid): void => {
  const [kind, ...words] = check.command ?? [];
  if ((kind !== "CMD" && kind !== "CMD-SHELL") || words.length === 0)
    throw invalid("'command' must start with CMD or CMD-SHELL, and name a command.");
  const within = (member: "interval" | "timeout" | "retries" | "startPeriod", least: number, most: number): void => {
    const value = check[member];
    if (value !== undefined && (value < least || value > most))
      throw invalid(`'${member}' must be between ${least} and ${most}.`);
  };
  within("interval", 5, 300);
  within("timeout", 2, 60);
  within("retries", 1, 10);
  within("startPeriod", 0, 300);
};

const validateLinuxParameters = (parameters: LinuxParameters, invalid: Invalid): void => {
  const { swappiness, maxSwap, sharedMemorySize, tmpfs = [], devices = [] } = parameters;
  if (swappiness !== undefined && (swappiness < 0 || swappiness > 100))
    throw invalid("'swappiness' must be between 0 and 100.");
  if (maxSwap !== undefined && maxSwap < 0) throw invalid("'maxSwap' must be 0 or more.");
  if (sharedMemorySize !== undefined && sharedMemorySize < 1)
    throw invalid("'sharedMemorySize' must be at least 1 MiB.");
  for (const { containerPath, size } of tmpfs)
    if (!containerPath?.startsWith("/") || (size ?? 0) < 1)
      throw invalid("A 'tmpfs' needs an absolute path and a size of at least 1 MiB.");
  for (const { hostPath } of devices)
    if (!hostPath?.startsWith("/")) throw invalid("A device needs an absolute 'hostPath'.");
};
