import type { CreateComputeEnvironmentRequest, UpdateComputeEnvironmentRequest } from "@aws-sdk/client-batch";
import { ClientException } from "./errors.ts";
import { checkName } from "./names.ts";
import type { Tags } from "./tags.ts";

/** The tag that names the ECS cluster whose hosts an environment is. */
export const CLUSTER_TAG = "berth:cluster";
const CLUSTER_NAME = /^[A-Za-z0-9_-]{1,255}$/;

/** Checks a new compute environment: only UNMANAGED ones can be, over the declared hosts. Throws ClientException. */
export const checkNewEnvironment = (request: CreateComputeEnvironmentRequest): void => {
  checkName("computeEnvironmentName", request.computeEnvironmentName ?? "");
  if (request.eksConfiguration) throw refusal("eksConfiguration", "jobs run on ECS clusters, not on Kubernetes");
  if (request.type !== "UNMANAGED") {
    const kind = request.computeResources?.type;
    throw new ClientException(
      `Compute environments of type MANAGED${kind ? ` (${kind})` : ""} are refused: Berth makes no hosts. Use type UNMANAGED, over the hosts of the cluster that its tag ${CLUSTER_TAG} names.`,
    );
  }
  if (request.computeResources)
    throw new ClientException("computeResources cannot be specified for an UNMANAGED compute environment.");
  if (request.ecsSettings) throw refusal("ecsSettings", "there is no Container Insights");
  checkUnmanagedVcpus(request.unmanagedvCpus);
};

/** Checks the change of a compute environment. Throws ClientException. */
export const checkEnvironmentChange = (request: UpdateComputeEnvironmentRequest): void => {
  if (request.computeResources)
    throw new ClientException("computeResources cannot be specified for an UNMANAGED compute environment.");
  if (request.updatePolicy) throw refusal("updatePolicy", "Berth makes no hosts that could be replaced");
  if (request.ecsSettings) throw refusal("ecsSettings", "there is no Container Insights");
  checkUnmanagedVcpus(request.unmanagedvCpus);
};

/** The cluster that the tags name; `undefined` where they name none. Throws ClientException. */
export const clusterOfTags = (tags: Tags): string | undefined => {
  const name = tags[CLUSTER_TAG];
  if (name !== undefined && !CLUSTER_NAME.test(name))
    throw new ClientException(`The tag ${CLUSTER_TAG} must be the name of an ECS cluster, but was '${name}'.`);
  return name;
};

const refusal = (member: string, because: string): ClientException =>
  new ClientException(`'${member}' of a compute environment is refused: ${because}.`);

const checkUnmanagedVcpus = (vcpus: number | undefined): void => {
  if (vcpus !== undefined && vcpus < 0)
    throw new ClientException(`unmanagedvCpus must not be negative, but was ${vcpus}.`);
};
