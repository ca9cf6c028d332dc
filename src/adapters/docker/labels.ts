/** Labels as Docker's filters take them: every one must match. */
export const labelTexts = (labels: Readonly<Record<string, string>>): string[] =>
  Object.entries(labels).map(([name, value]) => `${name}=${value}`);

/** The `filters` parameter for labels. */
export const labelFilters = (labels: Readonly<Record<string, string>>): string =>
  JSON.stringify({ label: labelTexts(labels) });

/** Whether all of `wanted` stand in `labels`. */
export const haveLabels = (
  labels: Readonly<Record<string, string>>,
  wanted: Readonly<Record<string, string>>,
): boolean => Object.entries(wanted).every(([name, value]) => labels[name] === value);
