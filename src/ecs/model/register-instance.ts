import type { RegisterContainerInstanceRequest, Resource } from "@aws-sdk/client-ecs";
import type { Resources } from "../../fleet/index.ts";
import { NotBuiltError } from "../../kernel/errors.ts";
import { checkAttribute } from "./attributes.ts";
import { InvalidParameterException } from "./errors.ts";

/** Resources that a slice is made of, from RegisterContainerInstance. Throws InvalidParameterException and NotBuiltError. */
export const readInstance = (
  request: RegisterContainerInstanceRequest,
): { readonly resources: Resources; readonly attributes: Readonly<Record<string, string>> } => {
  const { totalResources = [], attributes = [], platformDevices = [] } = request;
  if (platformDevices.length > 0) throw new NotBuiltError("'platformDevices', GPUs of a container instance,");
  for (const resource of totalResources) checkResource(resource);
  for (const attribute of attributes) checkAttribute(attribute);
  return {
    resources: { cpuUnits: amountOf(totalResources, "CPU"), memoryMiB: amountOf(totalResources, "MEMORY") },
    attributes: Object.fromEntries(attributes.map(({ name = "", value = "" }) => [name, value])),
  };
};

const checkResource = ({ name = "", stringSetValue = [] }: Resource): void => {
  if (name === "CPU" || name === "MEMORY") return;
  if (name !== "PORTS" && name !== "PORTS_UDP") throw new NotBuiltError(`Resource ${name} of a container instance`);
  // A slice has an address of its own, so ports that are taken on the machine are free on it.
  if (stringSetValue.length > 0)
    throw new NotBuiltError(`Reserving ports of a container instance, which ${name} asks for,`);
};

const amountOf = (resources: readonly Resource[], name: string): number => {
  const found = resources.find((resource) => resource.name === name);
  const amount = found && (found.integerValue || found.longValue || found.doubleValue);
  if (!amount || !Number.isInteger(amount) || amount < 1)
    throw new InvalidParameterException(`totalResources must have ${name} with an integerValue of at least 1.`);
  return amount;
};
