import type { DeploymentBounds } from "./records.ts";

/** How few tasks may be healthy and how many may be wanted at once, by what the scheduler does. */
export interface Bounds {
  readonly lower: number;
  readonly upper: number;
}

/** Percentages of the desired count, as ECS rounds them: the least up, the most down. */
export const boundsOf = (
  desiredCount: number,
  { minimumHealthyPercent, maximumPercent }: Pick<DeploymentBounds, "minimumHealthyPercent" | "maximumPercent">,
): Bounds => ({
  lower: Math.ceil((desiredCount * minimumHealthyPercent) / 100),
  upper: Math.floor((desiredCount * maximumPercent) / 100),
});
