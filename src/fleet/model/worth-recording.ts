import { isDeepStrictEqual } from "node:util";
import type { NextSteps } from "./next-steps.ts";
import type { ObservedTask } from "./task.ts";

/**
 * Whether what was observed must be on record before the next steps are taken. That images are there is recorded with the container that is
 * made of them next: should its owner die before, the next one asks for them again.
 */
export const isWorthRecording = ({ observed, steps }: NextSteps, recorded: ObservedTask): boolean => {
  const isCreateDue = steps.some(({ verb }) => verb === "create");
  return isCreateDue
    ? !isDeepStrictEqual(unpulled(observed), unpulled(recorded))
    : !isDeepStrictEqual(observed, recorded);
};

/** What was observed but for pulls that succeeded. */
const unpulled = ({ pullStartedAt: _, pullStoppedAt: __, ...observed }: ObservedTask): ObservedTask => ({
  ...observed,
  containers: observed.containers.map(({ imageDigest, ...state }) =>
    state.status === "PULLED"
      ? { ...state, status: "PENDING" }
      : { ...state, ...(imageDigest !== undefined && { imageDigest }) },
  ),
});
