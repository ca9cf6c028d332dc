import type { Session } from "../session.ts";

/** One thing to do, and how it is seen that it was done. `Sight` is what the lab looks at. */
export interface LabStep<Sight> {
  readonly title: string;
  /** The commands that do it; `start` prints them. */
  readonly how: readonly string[];
  /** `undefined`: done. Otherwise what is missing, in words that help. */
  missing(sight: Sight): string | undefined;
}

/** What a learner may say about where to look. */
export interface LookOptions {
  /** The refused request to look at instead of the last one. */
  readonly request?: string;
}

/** A lab; `Sight` is what is true in a learner's Berth, as far as the lab's steps look at it. */
export interface Lab<Sight = unknown> {
  readonly number: number;
  readonly title: string;
  /** Its text, below the package's folder. */
  readonly readme: string;
  /** Makes what the steps begin with; may be repeated. Returns what it made, in a line each. Throws CliError where it cannot be done here. */
  prepare(session: Session): Promise<string[]>;
  /** Looks at what the learner did, by the same operations that the learner used. */
  look(session: Session, options: LookOptions): Promise<Sight>;
  readonly steps: readonly LabStep<Sight>[];
}
