import type { CreateServiceRequest, DeploymentConfiguration, UpdateServiceRequest } from "@aws-sdk/client-ecs";
import { NotBuiltError } from "../../../kernel/errors.ts";

/** A member of a service that nothing acts on yet, by what it is; `undefined`: acted on. */
type Unbuilt = string | undefined;

const LOAD_BALANCERS = "Load balancers of services";

const CREATE: Readonly<Record<keyof CreateServiceRequest, Unbuilt>> = {
  cluster: undefined,
  serviceName: undefined,
  taskDefinition: undefined,
  availabilityZoneRebalancing: undefined,
  loadBalancers: LOAD_BALANCERS,
  serviceRegistries: "Service discovery",
  desiredCount: undefined,
  clientToken: undefined,
  launchType: undefined,
  capacityProviderStrategy: undefined,
  platformVersion: undefined,
  role: LOAD_BALANCERS,
  deploymentConfiguration: undefined,
  placementConstraints: undefined,
  placementStrategy: undefined,
  networkConfiguration: undefined,
  healthCheckGracePeriodSeconds: undefined,
  schedulingStrategy: undefined,
  deploymentController: undefined,
  tags: undefined,
  enableECSManagedTags: undefined,
  propagateTags: undefined,
  enableExecuteCommand: "ECS Exec (berth exec TASK -- CMD runs a command in a task)",
  serviceConnectConfiguration: "Service Connect",
  volumeConfigurations: "Volumes of EBS",
  vpcLatticeConfigurations: "VPC Lattice",
  gatewayConnectors: "Gateways",
  monitoring: "Monitoring of services",
};

const UPDATE: Readonly<Record<Exclude<keyof UpdateServiceRequest, keyof CreateServiceRequest>, Unbuilt>> = {
  service: undefined,
  forceNewDeployment: undefined,
};

const MEMBERS: Readonly<Record<string, Unbuilt>> = { ...CREATE, ...UPDATE };

/** What only other strategies than ROLLING have. */
const UNBUILT_OF_DEPLOYMENTS = [
  "bakeTimeInMinutes",
  "lifecycleHooks",
  "linearConfiguration",
  "canaryConfiguration",
  "earlySuccessCriteria",
] as const satisfies readonly (keyof DeploymentConfiguration)[];

/** Throws NotBuiltError for the first member given that nothing acts on: none is ignored in silence. */
export const refuseServiceMembers = (request: CreateServiceRequest | UpdateServiceRequest): void => {
  for (const [member, value] of Object.entries(request)) {
    const unbuilt = MEMBERS[member];
    if (unbuilt !== undefined && isGiven(value)) throw new NotBuiltError(`${unbuilt}, which '${member}' asks for,`);
  }
  const { deploymentController, deploymentConfiguration = {} } = request;
  if (deploymentController && deploymentController.type !== "ECS")
    throw new NotBuiltError(`Deployment controller ${deploymentController.type}`);
  if (request.availabilityZoneRebalancing === "ENABLED")
    throw new NotBuiltError(
      "Moving tasks that run between zones, which 'availabilityZoneRebalancing' ENABLED asks for,",
    );
  const { strategy, alarms } = deploymentConfiguration;
  if (strategy !== undefined && strategy !== "ROLLING") throw new NotBuiltError(`Deployment strategy ${strategy}`);
  if (alarms?.enable) throw new NotBuiltError("'alarms' of deploymentConfiguration");
  for (const member of UNBUILT_OF_DEPLOYMENTS)
    if (isGiven(deploymentConfiguration[member])) throw new NotBuiltError(`'${member}' of deploymentConfiguration`);
};

const isGiven = (value: unknown): boolean => {
  if (value === undefined || value === null || value === "" || value === false || value === 0) return false;
  return typeof value !== "object" || Object.keys(value).length > 0;
};
