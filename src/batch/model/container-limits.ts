import type { ContainerProperties } from "@aws-sdk/client-batch";
import { breachOfLimits, type EcsLimits } from "../../ecs/index.ts";
import { ClientException } from "./errors.ts";
import { JOB_CONTAINER } from "./log-stream.ts";

/** Throws ClientException, naming the member of `berth.yaml`, for what a job's container may not have of its host. */
export const enforceContainerLimits = (
  {
    volumes = [],
    privileged,
    linuxParameters,
  }: Pick<ContainerProperties, "volumes" | "privileged" | "linuxParameters">,
  limits: EcsLimits,
): void => {
  const devices = (linuxParameters?.devices ?? []).map(({ hostPath }) => ({ hostPath }));
  const container = { name: JOB_CONTAINER, privileged: privileged ?? false, linuxParameters: { devices } };
  const mounted = volumes.map(({ name, host }) => ({ name, ...(host && { host }) }));
  const breach = breachOfLimits({ volumes: mounted, containerDefinitions: [container] }, limits);
  if (breach !== undefined) throw new ClientException(breach);
};
