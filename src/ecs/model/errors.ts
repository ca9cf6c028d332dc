import { ApiError } from "../../kernel/errors.ts";

/** Something the caller sent that ECS calls a client's mistake, mostly in task definitions. */
export class ClientException extends ApiError {
  readonly code = "ClientException";
}

/** A parameter that is not valid. */
export class InvalidParameterException extends ApiError {
  readonly code = "InvalidParameterException";
}

/** No cluster of that name, or it was deleted. */
export class ClusterNotFoundException extends ApiError {
  readonly code = "ClusterNotFoundException";

  constructor() {
    super("Cluster not found.");
  }
}

/** DeleteCluster while container instances are registered. */
export class ClusterContainsContainerInstancesException extends ApiError {
  readonly code = "ClusterContainsContainerInstancesException";

  constructor() {
    super("The Cluster cannot be deleted while Container Instances are active or draining.");
  }
}

/** DeleteCluster while tasks have not stopped. */
export class ClusterContainsTasksException extends ApiError {
  readonly code = "ClusterContainsTasksException";

  constructor() {
    super("The Cluster cannot be deleted while Tasks are active.");
  }
}

/** A clientToken that was used with other parameters. `resourceIds` are the tasks it made then, where known. */
export class ConflictException extends ApiError {
  readonly code = "ConflictException";
  override readonly detail: Readonly<Record<string, unknown>>;

  constructor(message: string, resourceIds: readonly string[] = []) {
    super(message);
    this.detail = resourceIds.length > 0 ? { resourceIds } : {};
  }
}

export class ServiceNotFoundException extends ApiError {
  readonly code = "ServiceNotFoundException";
  constructor() {
    super("Service not found.");
  }
}

/** A service that is being deleted, or was. */
export class ServiceNotActiveException extends ApiError {
  readonly code = "ServiceNotActiveException";
  constructor() {
    super("Service was not ACTIVE.");
  }
}

/** DeleteCluster while services have not ended. */
export class ClusterContainsServicesException extends ApiError {
  readonly code = "ClusterContainsServicesException";
  constructor() {
    super("The Cluster cannot be deleted while Services are active.");
  }
}

/** No service deployment of that ARN. */
export class ServiceDeploymentNotFoundException extends ApiError {
  readonly code = "ServiceDeploymentNotFoundException";
  constructor() {
    super("Service deployment not found.");
  }
}

/** PutAttributes on something that is not there. */
export class TargetNotFoundException extends ApiError {
  readonly code = "TargetNotFoundException";
}

/** More attributes than a container instance may have. */
export class AttributeLimitExceededException extends ApiError {
  readonly code = "AttributeLimitExceededException";
}

/** TagResource and its like on something that is not there. */
export class ResourceNotFoundException extends ApiError {
  readonly code = "ResourceNotFoundException";
}

/** What is asked would take something away that is in use. */
export class ResourceInUseException extends ApiError {
  readonly code = "ResourceInUseException";
}

/** A platform version of Fargate that there is none of. */
export class PlatformUnknownException extends ApiError {
  readonly code = "PlatformUnknownException";

  constructor() {
    super("The specified platform does not exist.");
  }
}
