/** A filter pattern that cannot be read; its words are for whoever wrote it. */
export class PatternError extends Error {
  override readonly name = "PatternError";
}
