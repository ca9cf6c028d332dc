import type {
  ContainerDefinition,
  ContainerOverride,
  LinuxParameters,
  LogConfiguration,
  PortMapping,
  RegisterTaskDefinitionRequest,
  TaskOverride,
  Volume,
} from "@aws-sdk/client-ecs";

import { LOG_DRIVERS } from "./log-configuration.ts";

/**
 * What becomes of a member when a task runs. A task definition keeps every member it was given; one that would change how
 * it runs and that nothing acts on yet is refused by name at RunTask, so that nothing is ignored in silence.
 */
export type MemberRule =
  | { readonly rule: "acted on" }
  /** Nothing about a running container could show it. */
  | { readonly rule: "no effect"; readonly because: string }
  | {
      readonly rule: "refused";
      readonly because: string /** Refused only with these values. */;
      readonly if?: (value: unknown) => boolean;
    };

type Table<Shape> = Readonly<Record<keyof Shape, MemberRule>>;

const actedOn: MemberRule = { rule: "acted on" };
const noEffect = (because: string): MemberRule => ({ rule: "no effect", because });
const refused = (because: string): MemberRule => ({ rule: "refused", because });
const refusedIf = (condition: (value: unknown) => boolean, because: string): MemberRule => ({
  rule: "refused",
  because,
  if: condition,
});

const isTrue = (value: unknown): boolean => value === true;
const GPU = "GPUs and accelerators cannot be given to containers";

const CONTAINER: Table<ContainerDefinition> = {
  name: actedOn,
  image: actedOn,
  repositoryCredentials: actedOn,
  cpu: actedOn,
  memory: actedOn,
  memoryReservation: actedOn,
  links: actedOn,
  portMappings: actedOn,
  essential: actedOn,
  restartPolicy: actedOn,
  entryPoint: actedOn,
  command: actedOn,
  environment: actedOn,
  environmentFiles: actedOn,
  mountPoints: actedOn,
  volumesFrom: actedOn,
  linuxParameters: actedOn,
  secrets: actedOn,
  dependsOn: actedOn,
  startTimeout: actedOn,
  stopTimeout: actedOn,
  versionConsistency: noEffect("it concerns the tasks that a service's deployment starts later than its first"),
  hostname: actedOn,
  user: actedOn,
  workingDirectory: actedOn,
  disableNetworking: actedOn,
  privileged: actedOn,
  readonlyRootFilesystem: actedOn,
  dnsServers: actedOn,
  dnsSearchDomains: actedOn,
  extraHosts: actedOn,
  dockerSecurityOptions: refusedIf(
    (value) => Array.isArray(value) && value.some((option) => String(option).startsWith("credentialspec:")),
    "Active Directory credentials cannot be given to containers",
  ),
  interactive: actedOn,
  pseudoTerminal: actedOn,
  dockerLabels: actedOn,
  ulimits: actedOn,
  logConfiguration: actedOn,
  healthCheck: actedOn,
  systemControls: actedOn,
  resourceRequirements: refused(GPU),
  firelensConfiguration: refused("logs cannot be routed by FireLens"),
  credentialSpecs: refused("Active Directory credentials cannot be given to containers"),
};

const TASK_DEFINITION: Table<RegisterTaskDefinitionRequest> = {
  family: actedOn,
  taskRoleArn: actedOn,
  executionRoleArn: noEffect("it lets AWS's agent pull images and write logs; Berth asks nobody for that permission"),
  networkMode: actedOn,
  containerDefinitions: actedOn,
  volumes: actedOn,
  placementConstraints: actedOn,
  requiresCompatibilities: actedOn,
  cpu: actedOn,
  memory: actedOn,
  tags: noEffect("tags describe"),
  pidMode: actedOn,
  ipcMode: actedOn,
  proxyConfiguration: refused("App Mesh proxies cannot be configured"),
  inferenceAccelerators: refused(GPU),
  ephemeralStorage: refused("the size of a task's own storage cannot be set outside Fargate"),
  runtimePlatform: refusedIf(
    (value) => String((value as { operatingSystemFamily?: string }).operatingSystemFamily ?? "").startsWith("WINDOWS"),
    "containers of Windows cannot be run",
  ),
  enableFaultInjection: refusedIf(isTrue, "faults cannot be injected by the task's own requests"),
};

const VOLUME: Table<Volume> = {
  name: actedOn,
  host: actedOn,
  dockerVolumeConfiguration: actedOn,
  efsVolumeConfiguration: refused("volumes of EFS cannot be mounted"),
  s3filesVolumeConfiguration: refused("volumes of S3 Files cannot be mounted"),
  fsxWindowsFileServerVolumeConfiguration: refused("volumes of FSx cannot be mounted"),
  configuredAtLaunch: refusedIf(isTrue, "volumes of EBS cannot be made at launch"),
};

const PORT_MAPPING: Table<PortMapping> = {
  containerPort: actedOn,
  hostPort: actedOn,
  protocol: actedOn,
  name: noEffect("it names the port for Service Connect, which only services use"),
  appProtocol: noEffect("it tells Service Connect's proxy the protocol, which only services use"),
  containerPortRange: actedOn,
};

const LINUX_PARAMETERS: Table<LinuxParameters> = {
  capabilities: actedOn,
  devices: actedOn,
  initProcessEnabled: actedOn,
  sharedMemorySize: actedOn,
  tmpfs: actedOn,
  maxSwap: actedOn,
  swappiness: actedOn,
};

const LOG_CONFIGURATION: Table<LogConfiguration> = {
  logDriver: refusedIf(
    (value) => !LOG_DRIVERS.includes(String(value)),
    "only 'awslogs' and 'json-file' are (without logConfiguration, or with 'json-file', Berth keeps the output: 'berth logs')",
  ),
  options: actedOn,
  secretOptions: refused("none of the log drivers that containers can have takes a secret"),
};

const TASK_OVERRIDE: Table<TaskOverride> = {
  containerOverrides: actedOn,
  cpu: actedOn,
  inferenceAcceleratorOverrides: refused(GPU),
  executionRoleArn: TASK_DEFINITION.executionRoleArn,
  memory: actedOn,
  taskRoleArn: TASK_DEFINITION.taskRoleArn,
  ephemeralStorage: TASK_DEFINITION.ephemeralStorage,
};

const CONTAINER_OVERRIDE: Table<ContainerOverride> = {
  name: actedOn,
  command: actedOn,
  environment: actedOn,
  environmentFiles: CONTAINER.environmentFiles,
  cpu: actedOn,
  memory: actedOn,
  memoryReservation: actedOn,
  resourceRequirements: CONTAINER.resourceRequirements,
};

/** Every member of the shapes a task is made from, by the SDK's names of the shapes. */
export const MEMBERS = {
  RegisterTaskDefinitionRequest: TASK_DEFINITION,
  ContainerDefinition: CONTAINER,
  Volume: VOLUME,
  PortMapping: PORT_MAPPING,
  LinuxParameters: LINUX_PARAMETERS,
  LogConfiguration: LOG_CONFIGURATION,
  TaskOverride: TASK_OVERRIDE,
  ContainerOverride: CONTAINER_OVERRIDE,
} as const;

/** A member that was given and is refused. */
export interface RefusedMember {
  readonly member: string;
  readonly because: string;
}

/** Members of a value that its table refuses. An absent member, an empty list or map and an empty text count as not given. */
export const refusedMembers = (shape: keyof typeof MEMBERS, value: object): RefusedMember[] =>
  Object.entries(value).flatMap(([member, given]) => {
    const rule = (MEMBERS[shape] as Readonly<Record<string, MemberRule>>)[member];
    if (rule?.rule !== "refused" || !isGiven(given)) return [];
    return rule.if && !rule.if(given) ? [] : [{ member, because: rule.because }];
  });

const isGiven = (value: unknown): boolean => {
  if (value === undefined || value === null || value === "") return false;
  return typeof value !== "object" || Object.keys(value).length > 0;
};
