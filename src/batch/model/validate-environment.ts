import type { CreateComputeEnvironmentRequest, UpdateComputeEnvironmentRequest } from "@aws-sdk/client-batch";
import { ClientException } from "./errors.ts";
import { checkName } from "./names.ts";
import { CLUSTER_TAG } from "./tag-settings.ts";

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

const refusal = (member: string, because: string): ClientException =>
  new ClientException(`'${member}' of a compute environment is refused: ${because}.`);

const checkUnmanagedVcpus = (vcpus: number | undefined): void => {
  if (vcpus !== undefined && vcpus < 0)
    throw new ClientException(`unmanagedvCpus must not be negative, but was ${vcpus}.`);
};
