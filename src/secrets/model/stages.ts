import type { SecretVersion } from "./records.ts";
import { CURRENT, PREVIOUS } from "./secret.ts";
import { InvalidParameterException, ResourceNotFoundException } from "./secret-errors.ts";

const MAX_VERSIONS = 100;
const MAX_STAGES = 20;

/** Versions after one was given stages. A stage is on one version at a time; the version that loses AWSCURRENT becomes AWSPREVIOUS. */
const withStages = (versions: readonly SecretVersion[], id: string, stages: readonly string[]): SecretVersion[] => {
  const loser = stages.includes(CURRENT)
    ? versions.find((one) => one.stages.includes(CURRENT) && one.id !== id)
    : undefined;
  const moving = new Set([...stages, ...(loser ? [PREVIOUS] : [])]);
  const gained = (one: SecretVersion): readonly string[] =>
    one.id === id ? stages : one.id === loser?.id ? [PREVIOUS] : [];
  return versions.map((one) => ({
    ...one,
    stages: [...one.stages.filter((stage) => !moving.has(stage)), ...gained(one)],
  }));
};

/** Versions with a new one, which is given stages. Where there are too many, the oldest without a stage goes. */
export const withNewVersion = (
  versions: readonly SecretVersion[],
  made: Omit<SecretVersion, "stages">,
  stages: readonly string[],
): SecretVersion[] => {
  const all = withStages([...versions, { ...made, stages: [] }], made.id, stages);
  const spare =
    all.length > MAX_VERSIONS ? all.find((one) => one.stages.length === 0 && one.id !== made.id) : undefined;
  return all.filter((one) => one !== spare);
};

/** Checks the stages of a request. Throws InvalidParameterException. */
export const checkStages = (stages: readonly string[]): readonly string[] => {
  if (stages.length === 0 || stages.length > MAX_STAGES)
    throw new InvalidParameterException(`A version has 1 to ${MAX_STAGES} staging labels.`);
  for (const stage of stages)
    if (stage === "" || stage.length > 256)
      throw new InvalidParameterException("A staging label has 1 to 256 characters.");
  return [...new Set(stages)];
};

export interface StageMove {
  readonly stage: string;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

/** Versions after a stage was moved, put or taken. Throws InvalidParameterException and ResourceNotFoundException. */
export const moveStage = (versions: readonly SecretVersion[], { stage, from, to }: StageMove): SecretVersion[] => {
  const holder = versions.find(({ stages }) => stages.includes(stage));
  for (const id of [from, to])
    if (id !== undefined && !versions.some((one) => one.id === id))
      throw new ResourceNotFoundException(`Secrets Manager can't find the specified secret value for VersionId: ${id}`);
  if (to === undefined && from === undefined)
    throw new InvalidParameterException("You must specify MoveToVersionId, RemoveFromVersionId or both.");
  if (to === undefined && stage === CURRENT)
    throw new InvalidParameterException(
      `You can only move staging label ${CURRENT} to a different secret version. It can’t be completely removed.`,
    );
  if (holder && holder.id !== from && holder.id !== to)
    throw new InvalidParameterException(
      from === undefined
        ? `The parameter RemoveFromVersionId can't be empty. Staging label ${stage} is currently attached to version ${holder.id}, so you must explicitly reference that version in RemoveFromVersionId.`
        : `The staging label ${stage} is currently attached to version ${holder.id}, not to version ${from}.`,
    );
  if (from !== undefined && holder?.id !== from)
    throw new InvalidParameterException(`The staging label ${stage} is not attached to version ${from}.`);
  if (to !== undefined) return withStages(versions, to, [stage]);
  return versions.map((one) => ({ ...one, stages: one.stages.filter((each) => each !== stage) }));
};
