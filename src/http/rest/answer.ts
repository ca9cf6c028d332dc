import { NotBuiltError } from "../../kernel/errors.ts";
import type { Caller } from "../../kernel/operation.ts";
import type { RestRoute } from "../../kernel/rest-route.ts";
import { encodeJson } from "../aws/json-codec.ts";
import { type OperationModel, operationsOf } from "../aws/model.ts";
import { ThingNotFoundError, UnknownOperationError } from "./errors.ts";
import { labelsOf, type RequestParts, restInput } from "./input.ts";
import { isoStructure } from "./iso-shape.ts";
import type { RestService } from "./service.ts";

/** Told of members that a handler answered and AWS's model does not know: a bug worth a line in the log. */
export type Warn = (words: string) => void;

/** Whether a service has a handler for the operation. */
export const isBuilt = ({ handlers }: RestService, operation: string): boolean => Object.hasOwn(handlers, operation);

/** Runs an AWS operation as a route asks for it and answers its output as JSON. */
export const answerRoute = async (
  service: RestService,
  route: RestRoute,
  parts: RequestParts,
  caller: Caller,
  warn: Warn,
): Promise<Record<string, unknown>> => {
  const model = operationModel(service, route.operation);
  // Not built comes before what is wrong with the input: nobody should mend a request for an operation that cannot answer.
  if (!isBuilt(service, route.operation)) throw new NotBuiltError(`${service.name}'s ${route.operation}`);
  const input = restInput(route, model.input, parts);
  const output = await service.handlers[route.operation]!(input as never, caller);
  const encoded = encodeJson(isoStructure(model.output), output, { useJsonName: false }, warn);
  if (route.one !== undefined) refuseMissing(route, route.one, parts, encoded);
  return encoded;
};

const operationModel = (service: RestService, operation: string): OperationModel => {
  const model = operationsOf(service.model).get(operation);
  if (!model) throw new UnknownOperationError(`${service.name} has no operation ${operation.slice(0, 100)}.`);
  return model;
};

/** An operation that describes many says of a missing one only in `failures`; a path that names one thing has the status for it. */
const refuseMissing = (route: RestRoute, list: string, parts: RequestParts, output: Record<string, unknown>): void => {
  const { [list]: found, failures } = output;
  if (!Array.isArray(failures) || failures.length === 0) return;
  if (Array.isArray(found) && found.length > 0) return;
  const label = labelsOf(route.path).at(-1) ?? "";
  throw new ThingNotFoundError(`${label} ${parts.params[label] ?? ""}`, failures);
};
