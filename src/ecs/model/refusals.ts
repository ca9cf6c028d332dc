import type { LogConfiguration, TaskOverride } from "@aws-sdk/client-ecs";
import { NotBuiltError } from "../../kernel/errors.ts";
import { refusedLogOption } from "./log-configuration.ts";
import { type MEMBERS, type RefusedMember, refusedMembers } from "./members.ts";
import type { TaskDefinitionMembers } from "./records.ts";

/** Throws NotBuiltError for the first member of a task definition or its overrides that would change how it runs and is not acted on. */
export const refuseUnbuiltMembers = (definition: TaskDefinitionMembers, overrides: TaskOverride = {}): void => {
  refuse("RegisterTaskDefinitionRequest", definition, "the task definition");
  for (const volume of definition.volumes ?? []) refuse("Volume", volume, `volume '${volume.name}'`);
  for (const container of definition.containerDefinitions ?? []) {
    const where = `container '${container.name}'`;
    refuse("ContainerDefinition", container, where);
    for (const mapping of container.portMappings ?? []) refuse("PortMapping", mapping, where);
    if (container.linuxParameters) refuse("LinuxParameters", container.linuxParameters, where);
    if (container.logConfiguration) refuseLogging(container.logConfiguration, `the logConfiguration of ${where}`);
  }
  refuse("TaskOverride", overrides, "overrides");
  for (const container of overrides.containerOverrides ?? [])
    refuse("ContainerOverride", container, `overrides of container '${container.name}'`);
};

const refuse = (shape: keyof typeof MEMBERS, value: object, where: string): void =>
  refuseFirst(refusedMembers(shape, value)[0], where);

const refuseLogging = (configuration: LogConfiguration, where: string): void => {
  refuse("LogConfiguration", configuration, where);
  refuseFirst(refusedLogOption(configuration), where);
};

const refuseFirst = (first: RefusedMember | undefined, where: string): void => {
  if (first) throw new NotBuiltError(`'${first.member}' of ${where} is refused, not ignored: ${first.because}. It`);
};
