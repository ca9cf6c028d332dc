/** What `berth env` tells a shell. */
export interface ShellSetting {
  readonly variables: Readonly<Record<string, string>>;
  /** Variables of a real account that would get in the way. */
  readonly unset: readonly string[];
  /** Where `aws` is to go: aws-cli before 2.13 knows no AWS_ENDPOINT_URL and would talk to the real AWS. */
  readonly endpoint: string;
}

export type Shell = "sh" | "fish";

const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

const SHELLS: Record<Shell, (setting: ShellSetting) => string[]> = {
  sh: ({ variables, unset, endpoint }) => [
    ...(unset.length > 0 ? [`unset ${unset.join(" ")}`] : []),
    ...Object.entries(variables).map(([name, value]) => `export ${name}=${quoted(value)}`),
    `aws() { command aws --endpoint-url ${quoted(endpoint)} "$@"; }`,
  ],
  fish: ({ variables, unset, endpoint }) => [
    ...unset.map((name) => `set -e ${name}`),
    ...Object.entries(variables).map(([name, value]) => `set -gx ${name} ${fishQuoted(value)}`),
    `function aws; command aws --endpoint-url ${fishQuoted(endpoint)} $argv; end`,
  ],
};

// In fish a backslash is special inside single quotes too.
const fishQuoted = (text: string): string => `'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;

/** Lines for the shell to evaluate. */
export const shellLines = (shell: Shell, setting: ShellSetting): string => SHELLS[shell](setting).join("\n");
