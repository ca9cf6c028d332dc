import type { ConstraintOption, PortMapping, StrategyOption } from "../arguments.ts";

/** The options of `berth run`, as they are read. */
export interface RunOptions {
  readonly family?: string;
  readonly name?: string;
  readonly cpu: number;
  readonly memory: number;
  readonly env?: readonly (readonly [name: string, value: string])[];
  readonly publish?: readonly PortMapping[];
  readonly user?: string;
  readonly count: number;
  readonly cluster: string;
  readonly constraint?: readonly ConstraintOption[];
  readonly strategy?: readonly StrategyOption[];
  readonly definition?: string;
  readonly wait?: boolean;
  readonly json?: boolean;
}
