/** One thing that is wrong with the configuration, and where: `berth.yaml:12:5 hosts[1].cpu: must be …`. */
export interface ConfigProblem {
  /** `berth.yaml:12:5 hosts[1].cpu`, or the name of an environment variable. */
  readonly where: string;
  readonly what: string;
}

/** The configuration cannot be used. The message has one line for each problem. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
  readonly problems: readonly ConfigProblem[];

  constructor(unsorted: readonly ConfigProblem[]) {
    const problems = unsorted.toSorted((a, b) => a.where.localeCompare(b.where, "en", { numeric: true }));
    super(problems.map(({ where, what }) => `${where}: ${what}`).join("\n"));
    this.problems = problems;
  }
}
