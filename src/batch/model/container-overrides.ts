import type { ContainerOverrides, ContainerProperties, KeyValuePair } from "@aws-sdk/client-batch";
import { refuseMembers } from "./refuse-members.ts";
import { asRequirements, requirementsOf, sizeOf } from "./resource-requirements.ts";
import { checkEnvironment } from "./validate-container.ts";

/**
 * A definition's container with a job's overrides: what the job says replaces, variables one by one, and a requirement
 * by its type. Throws ClientException for overrides that are none.
 */
export const overrideContainer = (
  container: ContainerProperties,
  overrides: ContainerOverrides | undefined,
): ContainerProperties => {
  if (!overrides) return container;
  refuseMembers("containerOverrides", overrides);
  checkEnvironment(overrides.environment ?? []);
  const size = { ...sizeOf(container), ...requirementsOf(overrides) };
  return {
    ...container,
    ...(overrides.command?.length && { command: overrides.command }),
    environment: merged(container.environment ?? [], overrides.environment ?? []),
    resourceRequirements: asRequirements(size),
  };
};

const merged = (own: readonly KeyValuePair[], over: readonly KeyValuePair[]): KeyValuePair[] => [
  ...own.filter(({ name }) => !over.some((other) => other.name === name)),
  ...over,
];
