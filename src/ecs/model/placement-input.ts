import type { PlacementConstraint as AskedConstraint, PlacementStrategy as AskedStrategy } from "@aws-sdk/client-ecs";
import { type PlacementConstraint, type PlacementStrategy, parseQuery } from "../../fleet/index.ts";
import { InvalidParameterException } from "./errors.ts";

const MAX_CONSTRAINTS = 10;
const MAX_STRATEGIES = 5;

/** Where an expression of the cluster query language does not parse, in words; `undefined` where it does. */
export const queryError = (expression: string): string | undefined => {
  const parsed = parseQuery(expression);
  return parsed.ok ? undefined : `Invalid expression "${expression}": ${parsed.message}.`;
};

/** Constraints of a request after those of the definition. Throws InvalidParameterException. */
export const readConstraints = (
  own: readonly PlacementConstraint[],
  asked: readonly AskedConstraint[] = [],
): PlacementConstraint[] => {
  const constraints = [...own, ...asked.map(readConstraint)];
  if (constraints.length > MAX_CONSTRAINTS)
    throw new InvalidParameterException(
      `At most ${MAX_CONSTRAINTS} placement constraints are allowed, those of the task definition included.`,
    );
  return constraints;
};

const readConstraint = ({ type, expression }: AskedConstraint): PlacementConstraint => {
  if (type === "distinctInstance") {
    if (expression)
      throw new InvalidParameterException(
        "An expression cannot be specified for placement constraint distinctInstance.",
      );
    return { type };
  }
  if (type !== "memberOf")
    throw new InvalidParameterException("The type of a placement constraint is distinctInstance or memberOf.");
  if (!expression?.trim()) throw new InvalidParameterException("Placement constraint memberOf requires an expression.");
  const error = queryError(expression);
  if (error !== undefined) throw new InvalidParameterException(error);
  return { type, expression };
};

/** Strategies of a request. Throws InvalidParameterException. */
export const readStrategies = (asked: readonly AskedStrategy[] = []): PlacementStrategy[] => {
  if (asked.length > MAX_STRATEGIES)
    throw new InvalidParameterException(`At most ${MAX_STRATEGIES} placement strategies are allowed.`);
  return asked.map(readStrategy);
};

const readStrategy = ({ type, field = "" }: AskedStrategy): PlacementStrategy => {
  if (type === "random") {
    if (field) throw new InvalidParameterException("A field cannot be specified for placement strategy random.");
    return { type };
  }
  if (type === "binpack") {
    // AWS takes the field in any case.
    const resource = field.toLowerCase();
    if (resource === "cpu" || resource === "memory") return { type, field: resource };
    throw new InvalidParameterException(`Placement strategy binpack takes the field cpu or memory, not '${field}'.`);
  }
  if (type !== "spread")
    throw new InvalidParameterException("The type of a placement strategy is random, binpack or spread.");
  if (/^(instanceId|host)$/i.test(field)) return { type, field: "instanceId" };
  if (/^attribute:[\w./\\-]+$/.test(field)) return { type, field };
  throw new InvalidParameterException(
    `Placement strategy spread takes the field instanceId, host or attribute:NAME, not '${field}'.`,
  );
};
