/** What a command tells when it cannot do its work: one line, a hint what to try, and the exit code. */
export class CliError extends Error {
  override readonly name = "CliError";
  readonly hint: string | undefined;
  readonly exitCode: number;

  constructor(message: string, { hint, exitCode = 1 }: { hint?: string; exitCode?: number } = {}) {
    super(message);
    this.hint = hint;
    this.exitCode = exitCode;
  }
}

/** How a wrong command line is told. */
export const usageError = (message: string): CliError => new CliError(message, { exitCode: 2 });

const START = "start it with: npm run up (or: berth up)";

/** What usually helps, by the code of the error. */
const HINTS: Readonly<Record<string, string>> = {
  ClusterNotFoundException: "see the clusters with: berth hosts",
  ServiceNotFoundException: "see the services with: berth services",
  ServiceNotActiveException: "see the services with: berth services",
  RepositoryNotFoundException: "see the repositories with: berth images",
  ImageNotFoundException: "see a repository's images with: berth images REPOSITORY",
  LifecyclePolicyNotFoundException: "give it one with: aws ecr put-lifecycle-policy",
  UnrecognizedClientException: "BERTH_HOME and BERTH_PORT belong to different Berths",
  InvalidSignatureException: "BERTH_HOME and BERTH_PORT belong to different Berths",
  Unauthorized: "BERTH_HOME and BERTH_PORT belong to different Berths",
  NotImplemented: "nothing was changed",
  InternalFailure: "see the log: BERTH_HOME/berth.log",
  ServerException: "see the log: BERTH_HOME/berth.log",
};

interface Thrown {
  readonly name?: string;
  readonly code?: string;
  readonly message?: string;
  readonly hint?: string;
  readonly exitCode?: number;
  readonly errors?: readonly unknown[];
}

const NOT_THERE = new Set(["ECONNREFUSED", "ENOENT", "ECONNRESET", "EPIPE", "ETIMEDOUT"]);

/** Whatever was thrown, as one line with a hint. `url` is where Berth was asked. */
export const failureOf = (thrown: unknown, url: string): CliError => {
  if (thrown instanceof CliError) return thrown;
  const error = (thrown ?? {}) as Thrown;
  // Node gathers the attempts of several addresses in one error without a message of its own.
  const code = error.code ?? (error.errors?.[0] as Thrown | undefined)?.code;
  if (code === "ECONNREFUSED") return new CliError(`Berth is not running at ${url}`, { hint: START });
  if (code !== undefined && NOT_THERE.has(code)) {
    return new CliError(`the connection to ${url} broke (${code})`, { hint: "see whether it runs with: berth ps" });
  }
  const name = error.name && error.name !== "Error" ? error.name : undefined;
  const message = oneLine(error.message || String(thrown));
  const hint = HINTS[code ?? name ?? ""];
  return new CliError(name && !message.startsWith(name) ? `${name}: ${message}` : message, hint ? { hint } : {});
};

const oneLine = (text: string): string => text.replaceAll(/\s*\n\s*/g, "; ").trim();

/** `berth: cluster not found; see the clusters with: berth hosts`. */
export const failureLine = ({ message, hint }: CliError): string => {
  const line = `berth: ${message.replace(/\.$/, "")}`;
  return hint ? `${line}; ${hint}` : line;
};
