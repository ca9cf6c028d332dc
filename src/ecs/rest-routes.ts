import type { RestRoute } from "../kernel/rest-route.ts";

const CLUSTER = "/clusters/{cluster}";
const TASK = `${CLUSTER}/tasks/{task}`;
const DEPLOYMENT = "/service-deployments/{serviceDeployment}";
const SERVICE = `${CLUSTER}/services/{service}`;
const INSTANCE = `${CLUSTER}/container-instances/{containerInstance}`;
const DEFINITION = "/task-definitions/{taskDefinition}";

/** ECS's operations as resources. What is not here is asked by its name: `POST /api/aws/ecs/{Operation}`. */
export const ecsRoutes: readonly RestRoute[] = [
  { operation: "CreateCluster", method: "POST", path: "/clusters", status: 201 },
  { operation: "ListClusters", method: "GET", path: "/clusters" },
  {
    operation: "DescribeClusters",
    method: "GET",
    path: CLUSTER,
    members: { cluster: "clusters" },
    one: "clusters",
  },
  { operation: "UpdateCluster", method: "PUT", path: CLUSTER },
  { operation: "UpdateClusterSettings", method: "PUT", path: `${CLUSTER}/settings` },
  { operation: "DeleteCluster", method: "DELETE", path: CLUSTER },

  { operation: "PutClusterCapacityProviders", method: "PUT", path: `${CLUSTER}/capacity-providers` },

  { operation: "CreateCapacityProvider", method: "POST", path: "/capacity-providers", status: 201 },
  { operation: "DescribeCapacityProviders", method: "GET", path: "/capacity-providers" },
  { operation: "UpdateCapacityProvider", method: "PUT", path: "/capacity-providers/{name}" },
  { operation: "DeleteCapacityProvider", method: "DELETE", path: "/capacity-providers/{capacityProvider}" },

  { operation: "RegisterTaskDefinition", method: "POST", path: "/task-definitions", status: 201 },
  { operation: "ListTaskDefinitions", method: "GET", path: "/task-definitions" },
  { operation: "DeleteTaskDefinitions", method: "DELETE", path: "/task-definitions" },
  { operation: "DescribeTaskDefinition", method: "GET", path: DEFINITION },
  { operation: "DeregisterTaskDefinition", method: "DELETE", path: DEFINITION },
  { operation: "ListTaskDefinitionFamilies", method: "GET", path: "/task-definition-families" },

  { operation: "CreateService", method: "POST", path: `${CLUSTER}/services`, status: 201 },
  { operation: "ListServices", method: "GET", path: `${CLUSTER}/services` },
  { operation: "DescribeServices", method: "GET", path: SERVICE, members: { service: "services" }, one: "services" },
  { operation: "UpdateService", method: "PUT", path: SERVICE },
  { operation: "DeleteService", method: "DELETE", path: SERVICE },
  { operation: "ListServiceDeployments", method: "GET", path: `${SERVICE}/deployments` },
  {
    operation: "DescribeServiceDeployments",
    method: "GET",
    path: DEPLOYMENT,
    members: { serviceDeployment: "serviceDeploymentArns" },
    one: "serviceDeployments",
  },
  {
    operation: "StopServiceDeployment",
    method: "DELETE",
    path: DEPLOYMENT,
    members: { serviceDeployment: "serviceDeploymentArn" },
  },
  {
    operation: "DescribeServiceRevisions",
    method: "GET",
    path: "/service-revisions/{serviceRevision}",
    members: { serviceRevision: "serviceRevisionArns" },
    one: "serviceRevisions",
  },

  { operation: "RunTask", method: "POST", path: `${CLUSTER}/tasks` },
  { operation: "ListTasks", method: "GET", path: `${CLUSTER}/tasks` },
  { operation: "DescribeTasks", method: "GET", path: TASK, members: { task: "tasks" }, one: "tasks" },
  { operation: "StopTask", method: "DELETE", path: TASK },
  { operation: "GetTaskProtection", method: "GET", path: `${TASK}/protection`, members: { task: "tasks" } },
  { operation: "UpdateTaskProtection", method: "PUT", path: `${TASK}/protection`, members: { task: "tasks" } },
  {
    operation: "StartTask",
    method: "POST",
    path: `${INSTANCE}/tasks`,
    members: { containerInstance: "containerInstances" },
  },

  {
    operation: "RegisterContainerInstance",
    method: "POST",
    path: `${CLUSTER}/container-instances`,
    status: 201,
  },
  { operation: "ListContainerInstances", method: "GET", path: `${CLUSTER}/container-instances` },
  {
    operation: "DescribeContainerInstances",
    method: "GET",
    path: INSTANCE,
    members: { containerInstance: "containerInstances" },
    one: "containerInstances",
  },
  {
    operation: "UpdateContainerInstancesState",
    method: "PUT",
    path: INSTANCE,
    members: { containerInstance: "containerInstances" },
    one: "containerInstances",
  },
  { operation: "DeregisterContainerInstance", method: "DELETE", path: INSTANCE },

  { operation: "ListAttributes", method: "GET", path: `${CLUSTER}/attributes` },
  { operation: "PutAttributes", method: "PUT", path: `${CLUSTER}/attributes` },
  { operation: "DeleteAttributes", method: "DELETE", path: `${CLUSTER}/attributes` },

  { operation: "ListTagsForResource", method: "GET", path: "/tags/{resourceArn}" },
  { operation: "TagResource", method: "POST", path: "/tags/{resourceArn}" },
  { operation: "UntagResource", method: "DELETE", path: "/tags/{resourceArn}" },

  { operation: "ListAccountSettings", method: "GET", path: "/account-settings" },
  { operation: "PutAccountSetting", method: "PUT", path: "/account-settings/{name}" },
  { operation: "DeleteAccountSetting", method: "DELETE", path: "/account-settings/{name}" },
  { operation: "PutAccountSettingDefault", method: "PUT", path: "/account-setting-defaults/{name}" },
];
