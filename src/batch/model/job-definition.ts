import type { RegisterJobDefinitionRequest } from "@aws-sdk/client-batch";
import type { Scope } from "../../kernel/scope.ts";

/** The members of a definition as they were given; tags are kept beside them. */
export type JobDefinitionMembers = Omit<RegisterJobDefinitionRequest, "tags" | "jobDefinitionName">;

/** One revision of a job definition, kept as a numbered document (`createNext`): its number is in the document's id. */
export interface JobDefinitionRecord extends Scope {
  readonly name: string;
  readonly status: "ACTIVE" | "INACTIVE";
  readonly members: JobDefinitionMembers;
  readonly tags: Readonly<Record<string, string>>;
  readonly registeredAt: number;
}
