import type { FairsharePolicy } from "@aws-sdk/client-batch";
import { ClientException } from "./errors.ts";
import type { FairShare } from "./scheduling-policy.ts";
import { isShareIdentifier } from "./validate-submission.ts";

const MAX_DECAY_SECONDS = 604_800;
const MAX_RESERVATION = 99;
const MIN_WEIGHT = 0.0001;
const MAX_WEIGHT = 999.9999;
const MAX_SHARES = 500;

/** A fair-share policy, checked, defaults filled in. Source of the bounds: FairsharePolicy of Batch's API. Throws ClientException. */
export const readFairShare = ({
  shareDecaySeconds = 0,
  computeReservation = 0,
  shareDistribution = [],
}: FairsharePolicy): FairShare => {
  within("shareDecaySeconds", shareDecaySeconds, 0, MAX_DECAY_SECONDS);
  within("computeReservation", computeReservation, 0, MAX_RESERVATION);
  if (shareDistribution.length > MAX_SHARES)
    throw new ClientException(`shareDistribution has at most ${MAX_SHARES} entries.`);
  const weights = shareDistribution.map(({ shareIdentifier = "", weightFactor = 1 }) => {
    if (!isShareIdentifier(shareIdentifier))
      throw new ClientException(
        `shareIdentifier '${shareIdentifier}' must be up to 255 letters and digits, perhaps with * behind.`,
      );
    within("weightFactor", weightFactor, MIN_WEIGHT, MAX_WEIGHT);
    return { share: shareIdentifier, weightFactor };
  });
  checkOverlaps(weights.map(({ share }) => share));
  return { shareDecaySeconds, computeReservation, weights };
};

/** A policy as Batch answers it. */
export const asFairsharePolicy = ({ shareDecaySeconds, computeReservation, weights }: FairShare): FairsharePolicy => ({
  shareDecaySeconds,
  computeReservation,
  shareDistribution: weights.map(({ share, weightFactor }) => ({ shareIdentifier: share, weightFactor })),
});

/** Two entries of which one is the other's prefix would give one share two weights. */
const checkOverlaps = (identifiers: readonly string[]): void => {
  for (const [index, one] of identifiers.entries())
    for (const other of identifiers.slice(index + 1))
      if (covers(one, other) || covers(other, one))
        throw new ClientException(`Share identifiers must not overlap, but ${one} and ${other} do.`);
};

const covers = (one: string, other: string): boolean =>
  one.endsWith("*") ? other.startsWith(one.slice(0, -1)) : one === other;

const within = (member: string, value: number, least: number, most: number): void => {
  if (value < least || value > most)
    throw new ClientException(`${member} must be between ${least} and ${most}, but was ${value}.`);
};
