import type { PlacementAnswer } from "../answers.ts";
import type { Session } from "../session.ts";

/** A task as a lab's checks look at it. */
export interface LabTask {
  readonly id: string;
  readonly family: string;
  readonly status: string;
  readonly stopCode?: string;
  readonly stoppedReason?: string;
  /** Of its first container. */
  readonly exitCode?: number;
  /** Why that container ended, where there is more to say than its exit code. */
  readonly containerReason?: string;
  /** Why it is where it is; absent where nothing is on record. */
  readonly placement?: PlacementAnswer;
}

/** What is true in a learner's Berth when a check begins. */
export interface LabSight {
  /** Families with an active revision. */
  readonly families: readonly string[];
  readonly tasks: readonly LabTask[];
  /** The last refused request, or the one that the learner named. */
  readonly refusals: readonly PlacementAnswer[];
}

/** One thing to do, and how it is seen that it was done. */
export interface LabStep {
  readonly title: string;
  /** The commands that do it; `start` prints them. */
  readonly how: readonly string[];
  /** `undefined`: done. Otherwise what is missing, in words that help. */
  missing(sight: LabSight): string | undefined;
}

export interface Lab {
  readonly number: number;
  readonly title: string;
  /** Its text, below the package's folder. */
  readonly readme: string;
  /** Families of its task definitions, for finding what the learner did. */
  readonly families: readonly string[];
  /** Makes what the steps begin with; may be repeated. Returns what it made, in a line each. Throws CliError where it cannot be done here. */
  prepare(session: Session): Promise<string[]>;
  readonly steps: readonly LabStep[];
}
