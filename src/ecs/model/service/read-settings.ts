import type {
  CreateServiceRequest,
  DeploymentCircuitBreaker,
  DeploymentConfiguration,
  SchedulingStrategy,
} from "@aws-sdk/client-ecs";
import { InvalidParameterException } from "../errors.ts";
import { readConstraints, readStrategies } from "../placement-input.ts";
import type { DeploymentBounds, ServiceRecord } from "./records.ts";

/** ECS's quota of tasks in a service. */
const MAX_TASKS = 5_000;
const MAX_GRACE_SECONDS = 2_147_483_647;

const DEFAULT_BOUNDS: Readonly<Record<SchedulingStrategy, DeploymentBounds>> = {
  REPLICA: { minimumHealthyPercent: 100, maximumPercent: 200 },
  DAEMON: { minimumHealthyPercent: 0, maximumPercent: 100 },
};

/** How deployments may move, over what was said before; ECS's defaults where nothing was. Throws InvalidParameterException. */
export const readBounds = (
  asked: DeploymentConfiguration = {},
  strategy: SchedulingStrategy,
  before: DeploymentBounds = DEFAULT_BOUNDS[strategy],
): DeploymentBounds => {
  const {
    minimumHealthyPercent = before.minimumHealthyPercent,
    maximumPercent = before.maximumPercent,
    deploymentCircuitBreaker: breaker = before.circuitBreaker,
  } = asked;
  if (minimumHealthyPercent < 0) refuse("minimumHealthyPercent must not be negative.");
  if (maximumPercent < 0) refuse("maximumPercent must not be negative.");
  if (strategy === "REPLICA" && maximumPercent < 100) refuse("maximumPercent must be at least 100.");
  if (minimumHealthyPercent > 100) refuse("minimumHealthyPercent must not be over 100.");
  if (strategy === "DAEMON" && maximumPercent !== 100)
    refuse("The daemon scheduling strategy does not support values for maximumPercent other than 100.");
  if (minimumHealthyPercent === 100 && maximumPercent === 100)
    refuse("Both maximumPercent and minimumHealthyPercent cannot be 100 as this will block deployments.");
  if (breaker) checkBreaker(breaker);
  return { minimumHealthyPercent, maximumPercent, ...(breaker?.enable ? { circuitBreaker: breaker } : {}) };
};

const checkBreaker = ({ enable, rollback, thresholdConfiguration: threshold }: DeploymentCircuitBreaker): void => {
  if (rollback && !enable) refuse("The deployment circuit breaker must be enabled for rollback.");
  if (threshold && !((threshold.value ?? 0) >= 1)) refuse("The value of a thresholdConfiguration must be at least 1.");
  if (threshold?.type === "BOUNDED_PERCENT" && (threshold.value ?? 0) > 100)
    refuse("The value of a thresholdConfiguration of type BOUNDED_PERCENT must be at most 100.");
};

/** How many tasks a service is to have; what a DAEMON has, its hosts decide. Throws InvalidParameterException. */
export const readDesiredCount = (asked: number | undefined, strategy: SchedulingStrategy): number | undefined => {
  if (strategy === "DAEMON") {
    if (asked !== undefined)
      refuse(
        "The daemon scheduling strategy does not support a desired count for services. Remove the desired count value and try again",
      );
    return undefined;
  }
  if (asked !== undefined && (asked < 0 || asked > MAX_TASKS))
    refuse(`desiredCount must be between 0 and ${MAX_TASKS}, but was ${asked}.`);
  return asked;
};

type Placing = Pick<CreateServiceRequest, "placementConstraints" | "placementStrategy">;

/** Where tasks of a service may and should run, over what was said before. Throws InvalidParameterException. */
export const readPlacing = (
  { placementConstraints, placementStrategy }: Placing,
  strategy: SchedulingStrategy,
  before: Pick<ServiceRecord, "placementConstraints" | "placementStrategy">,
): Pick<ServiceRecord, "placementConstraints" | "placementStrategy"> => {
  readConstraints([], placementConstraints);
  // An empty object is how they are removed.
  const strategies = placementStrategy?.filter(({ type, field }) => type !== undefined || field !== undefined);
  readStrategies(strategies);
  if (strategy === "DAEMON") {
    if (strategies?.length)
      refuse(
        "The daemon scheduling strategy does not support placement strategies. Remove the placement strategy and try again",
      );
    if (placementConstraints?.some(({ type }) => type === "distinctInstance"))
      refuse("The daemon scheduling strategy does not support the placement constraint distinctInstance.");
  }
  return {
    placementConstraints: placementConstraints ?? before.placementConstraints,
    placementStrategy: strategies ?? before.placementStrategy,
  };
};

/** Throws InvalidParameterException for a grace period out of range. */
export const checkGrace = (seconds: number | undefined): void => {
  if (seconds !== undefined && (seconds < 0 || seconds > MAX_GRACE_SECONDS))
    refuse(`healthCheckGracePeriodSeconds must be between 0 and ${MAX_GRACE_SECONDS}.`);
};

const refuse = (words: string): never => {
  throw new InvalidParameterException(words);
};
