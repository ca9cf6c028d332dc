import type { OperationTable } from "../../kernel/operation.ts";

export type { Caller, Operation, OperationTable } from "../../kernel/operation.ts";

/** A service as it is served: AWS's model of it and our handlers. What the model has and the table lacks answers 501. */
export interface ServedService {
  /** The module namespace of its SDK client: `import * as ecs from "@aws-sdk/client-ecs"`. */
  readonly model: object;
  readonly handlers: OperationTable;
}
