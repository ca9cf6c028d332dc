import type { ClusterSetting, CreateClusterRequest, UpdateClusterRequest } from "@aws-sdk/client-ecs";
import { NotBuiltError } from "../../kernel/errors.ts";
import { SETTINGS } from "./account-settings.ts";
import { checkStrategy } from "./capacity.ts";
import { InvalidParameterException } from "./errors.ts";
import { isName } from "./identifiers.ts";

/** Checks a new cluster. Throws InvalidParameterException, and NotBuiltError for what Berth would have to ignore. */
export const checkNewCluster = (request: CreateClusterRequest): void => {
  const { clusterName = "default", capacityProviders = [], defaultCapacityProviderStrategy = [] } = request;
  if (!isName(clusterName))
    throw new InvalidParameterException("Cluster names have 1 to 255 letters, numbers, underscores and hyphens.");
  checkStrategy(defaultCapacityProviderStrategy, capacityProviders);
  checkClusterMembers(request);
};

/** Checks what CreateCluster and UpdateCluster have in common. Throws InvalidParameterException and NotBuiltError. */
export const checkClusterMembers = ({
  configuration,
  serviceConnectDefaults,
  settings = [],
}: Pick<UpdateClusterRequest, "configuration" | "serviceConnectDefaults" | "settings">): void => {
  if (configuration?.managedStorageConfiguration) throw new NotBuiltError("'managedStorageConfiguration' of a cluster");
  if (configuration?.executeCommandConfiguration)
    throw new NotBuiltError("ECS Exec, which 'executeCommandConfiguration' configures,");
  if (serviceConnectDefaults) throw new NotBuiltError("'serviceConnectDefaults' of a cluster");
  for (const setting of settings) checkClusterSetting(setting);
};

const checkClusterSetting = ({ name, value = "" }: ClusterSetting): void => {
  if (name !== "containerInsights")
    throw new InvalidParameterException("The name of a cluster setting is containerInsights.");
  const { values } = SETTINGS.containerInsights;
  if (!values.includes(value)) throw new InvalidParameterException(`${name} should be one of [${values.join(",")}]`);
};
