import type { Attribute } from "@aws-sdk/client-ecs";
import type { TaskDefinitionMembers } from "./records.ts";

const ARCHITECTURE = { X86_64: "x86_64", ARM64: "arm64" } as const;

/**
 * What a host must bear to run a task definition, ECS's `requiresAttributes`: the processor it was made for, and the
 * capabilities by which Berth's hosts say what they can.
 */
export const requiredAttributes = (definition: TaskDefinitionMembers): Attribute[] => {
  const { containerDefinitions: containers = [], cpu, memory, networkMode, runtimePlatform, volumes = [] } = definition;
  const capabilities = new Set<string>();
  for (const { dependsOn = [], logConfiguration, privileged, startTimeout, stopTimeout } of containers ?? []) {
    if (dependsOn.length > 0 || startTimeout !== undefined || stopTimeout !== undefined)
      capabilities.add("ecs.capability.container-ordering");
    if (logConfiguration?.logDriver)
      capabilities.add(`com.amazonaws.ecs.capability.logging-driver.${logConfiguration.logDriver}`);
    if (privileged) capabilities.add("com.amazonaws.ecs.capability.privileged-container");
  }
  for (const { dockerVolumeConfiguration: docker } of volumes ?? [])
    if (docker) capabilities.add(`ecs.capability.docker-plugin.${docker.driver ?? "local"}`);
  if (networkMode === "awsvpc") capabilities.add("ecs.capability.task-eni");
  if (cpu !== undefined || memory !== undefined) capabilities.add("ecs.capability.task-cpu-mem-limit");
  const architecture = runtimePlatform?.cpuArchitecture;
  return [
    ...[...capabilities].map((name) => ({ name })),
    ...(architecture === undefined ? [] : [{ name: "ecs.cpu-architecture", value: ARCHITECTURE[architecture] }]),
  ];
};
