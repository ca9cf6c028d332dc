import { ParameterVersionLabelLimitExceeded, ParameterVersionNotFound } from "./parameter-errors.ts";
import type { ParameterRecord, ParameterVersion } from "./records.ts";

const MAX_LABELS = 10;

/** Whether a text may be a label: a letter, then letters, digits, `.`, `-` and `_`, and neither `aws` nor `ssm` first. */
const isLabel = (text: string): boolean => /^(?!aws|ssm)[a-z_.-][a-z0-9_.-]{0,99}$/i.test(text);

export interface Labelled {
  readonly record: ParameterRecord;
  readonly version: number;
  /** Labels that were left out. */
  readonly invalid: readonly string[];
}

/** A parameter with labels put to a version, the latest where none is said: another version that had one of them loses it. */
export const withLabels = (
  record: ParameterRecord,
  version: number | undefined,
  labels: readonly string[],
): Labelled => {
  const target = versionNumbered(record, version ?? record.versions.at(-1)!.version);
  const given = labels.filter(isLabel);
  const versions = record.versions.map((one) => ({
    ...one,
    labels: [...one.labels.filter((label) => !given.includes(label)), ...(one === target ? given : [])],
  }));
  if (versions.some(({ labels: all }) => all.length > MAX_LABELS))
    throw new ParameterVersionLabelLimitExceeded(`A parameter version can have a maximum of ${MAX_LABELS} labels.`);
  return {
    record: { ...record, versions },
    version: target.version,
    invalid: labels.filter((label) => !isLabel(label)),
  };
};

/** A parameter with labels taken from a version; `invalid` are those it did not have. */
export const withoutLabels = (record: ParameterRecord, version: number, labels: readonly string[]): Labelled => {
  const target = versionNumbered(record, version);
  const left = target.labels.filter((label) => !labels.includes(label));
  return {
    record: { ...record, versions: record.versions.map((one) => (one === target ? { ...one, labels: left } : one)) },
    version,
    invalid: labels.filter((label) => !target.labels.includes(label)),
  };
};

/** A version by its number. Throws ParameterVersionNotFound. */
const versionNumbered = ({ name, versions }: ParameterRecord, number: number): ParameterVersion => {
  const found = versions.find(({ version }) => version === number);
  if (found) return found;
  throw new ParameterVersionNotFound(
    `Systems Manager could not find version ${number} of ${name}. Verify the version and try again.`,
  );
};

/** The version that a selector names, the latest without one. Throws ParameterVersionNotFound. */
export const selectVersion = (record: ParameterRecord, selector: string | undefined): ParameterVersion => {
  if (selector === undefined) return record.versions.at(-1)!;
  if (/^\d+$/.test(selector)) return versionNumbered(record, Number(selector));
  const found = record.versions.find(({ labels }) => labels.includes(selector));
  if (found) return found;
  throw new ParameterVersionNotFound(
    `Systems Manager could not find label ${selector} for parameter ${record.name}. Verify the label and try again.`,
  );
};
