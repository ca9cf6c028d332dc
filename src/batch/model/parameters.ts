/** Parameters of a job definition and a job: what replaces `Ref::name`. */
export type Parameters = Readonly<Record<string, string>>;

/**
 * A command with its parameters filled in: a word that is `Ref::name`, whole, becomes the parameter's value. One that
 * nobody gave a value stays as it was written, as in AWS.
 */
export const substitute = (command: readonly string[], parameters: Parameters): string[] =>
  command.map((word) => {
    const name = word.startsWith("Ref::") ? word.slice("Ref::".length) : undefined;
    return name !== undefined && Object.hasOwn(parameters, name) ? (parameters[name] ?? word) : word;
  });
