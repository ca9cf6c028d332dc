import type {
  ContainerOverrides,
  ContainerProperties,
  LinuxParameters,
  LogConfiguration,
  RegisterJobDefinitionRequest,
  SubmitJobRequest,
  Volume,
} from "@aws-sdk/client-batch";

/** What becomes of a member: it is acted on, nothing could show it, or it is refused by name with what makes it impossible. */
type Rule = "acted on" | "no effect" | { readonly because: string; readonly if?: (value: unknown) => boolean };
type Table<Shape> = Readonly<Record<keyof Shape, Rule>>;

const refused = (because: string): Rule => ({ because });
const refusedIf = (condition: (value: unknown) => boolean, because: string): Rule => ({ because, if: condition });

const FARGATE = refused("jobs run on the declared hosts, not on Fargate");
const EKS = refused("jobs run on ECS clusters, not on Kubernetes");
const MULTI_NODE = refused("multi-node parallel jobs are not built in Berth yet");
const MULTI_CONTAINER = refused("jobs of several containers are not built in Berth yet; use containerProperties");
const CONSUMABLE = refused("consumable resources are not built in Berth yet");

const CONTAINER: Table<ContainerProperties> = {
  image: "acted on",
  vcpus: "acted on",
  memory: "acted on",
  command: "acted on",
  jobRoleArn: "acted on",
  // It lets AWS's agent pull images and write logs; Berth asks nobody for that permission.
  executionRoleArn: "no effect",
  volumes: "acted on",
  environment: "acted on",
  mountPoints: "acted on",
  readonlyRootFilesystem: "acted on",
  privileged: "acted on",
  ulimits: "acted on",
  user: "acted on",
  instanceType: refused("only multi-node parallel jobs choose an instance type"),
  resourceRequirements: "acted on",
  linuxParameters: "acted on",
  logConfiguration: "acted on",
  secrets: "acted on",
  networkConfiguration: FARGATE,
  fargatePlatformConfiguration: FARGATE,
  enableExecuteCommand: refusedIf((value) => value === true, "commands cannot be run in a job's container"),
  ephemeralStorage: FARGATE,
  runtimePlatform: FARGATE,
  repositoryCredentials: "acted on",
};

const DEFINITION: Table<RegisterJobDefinitionRequest> = {
  jobDefinitionName: "acted on",
  type: refusedIf((value) => value === "multinode", "multi-node parallel jobs are not built in Berth yet"),
  parameters: "acted on",
  schedulingPriority: "acted on",
  containerProperties: "acted on",
  nodeProperties: MULTI_NODE,
  retryStrategy: "acted on",
  // A job's task is not shown by ECS, so its tags are not either; the job shows its own.
  propagateTags: "no effect",
  timeout: "acted on",
  tags: "acted on",
  platformCapabilities: refusedIf(
    (value) => Array.isArray(value) && value.includes("FARGATE"),
    "jobs run on the declared hosts, not on Fargate",
  ),
  eksProperties: EKS,
  ecsProperties: MULTI_CONTAINER,
  consumableResourceProperties: CONSUMABLE,
};

const SUBMISSION: Table<SubmitJobRequest> = {
  jobName: "acted on",
  jobQueue: "acted on",
  shareIdentifier: "acted on",
  schedulingPriorityOverride: "acted on",
  arrayProperties: "acted on",
  dependsOn: "acted on",
  jobDefinition: "acted on",
  parameters: "acted on",
  containerOverrides: "acted on",
  nodeOverrides: MULTI_NODE,
  retryStrategy: "acted on",
  // A job's task is not shown by ECS, so its tags are not either; the job shows its own.
  propagateTags: "no effect",
  timeout: "acted on",
  tags: "acted on",
  eksPropertiesOverride: EKS,
  ecsPropertiesOverride: MULTI_CONTAINER,
  consumableResourcePropertiesOverride: CONSUMABLE,
};

const OVERRIDES: Table<ContainerOverrides> = {
  vcpus: "acted on",
  memory: "acted on",
  command: "acted on",
  instanceType: CONTAINER.instanceType,
  environment: "acted on",
  resourceRequirements: "acted on",
};

const VOLUME: Table<Volume> = {
  name: "acted on",
  host: "acted on",
  efsVolumeConfiguration: refused("volumes of EFS cannot be mounted"),
  s3filesVolumeConfiguration: refused("volumes of S3 Files cannot be mounted"),
};

const LINUX: Table<LinuxParameters> = {
  devices: "acted on",
  initProcessEnabled: "acted on",
  sharedMemorySize: "acted on",
  tmpfs: "acted on",
  maxSwap: "acted on",
  swappiness: "acted on",
};

const LOG_CONFIGURATION: Table<LogConfiguration> = {
  logDriver: refusedIf(
    (value) => value !== "json-file" && value !== "awslogs",
    "only 'awslogs', which is Batch's own way, and 'json-file' are (either way Berth keeps the output: GET /api/batch/jobs/{id}/logs)",
  ),
  options: "acted on",
  secretOptions: refused("none of the log drivers that jobs can have takes a secret"),
};

const MEMBERS = {
  containerProperties: CONTAINER,
  RegisterJobDefinition: DEFINITION,
  SubmitJob: SUBMISSION,
  containerOverrides: OVERRIDES,
  volumes: VOLUME,
  linuxParameters: LINUX,
  logConfiguration: LOG_CONFIGURATION,
} as const;

/** The first member of a value that its table refuses, with the reason. What is absent or empty counts as not given. */
export const refusedMember = (
  shape: keyof typeof MEMBERS,
  value: object,
): { readonly member: string; readonly because: string } | undefined => {
  for (const [member, given] of Object.entries(value)) {
    const rule = (MEMBERS[shape] as Readonly<Record<string, Rule>>)[member];
    if (typeof rule === "object" && isGiven(given) && (!rule.if || rule.if(given)))
      return { member, because: rule.because };
  }
  return undefined;
};

const isGiven = (value: unknown): boolean => {
  if (value === undefined || value === null || value === "") return false;
  return typeof value !== "object" || Object.keys(value).length > 0;
};
