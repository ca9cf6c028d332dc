import { Ajv } from "ajv";
import { type Document, LineCounter, parseDocument } from "yaml";
import { crossChecks } from "./cross-checks.ts";
import { memberName, type Positions, positionsOf } from "./positions.ts";
import { ConfigError, type ConfigProblem } from "./problem.ts";
import { type BerthFile, FileSchema } from "./schema.ts";
import { type Finding, inOurWords } from "./wording.ts";

/** A file that is right, with what is needed to name its lines later. */
export interface ParsedFile {
  readonly file: BerthFile;
  problem(finding: Finding): ConfigProblem;
}

// verbose: the schema's own words (`expected`) travel with the error.
const validate = new Ajv({ allErrors: true, verbose: true, strict: false }).compile<BerthFile>(FileSchema);

const problemIn =
  (fileName: string, positions: Positions) =>
  (finding: Finding): ConfigProblem => {
    const { path, about, what } = finding;
    const position = about === "name" ? positions.ofName(path) : positions.ofValue(path);
    return { where: `${fileName}:${position}${path.length ? ` ${memberName(path)}` : ""}`, what };
  };

/** Reads the text of a `berth.yaml`. Throws ConfigError with every problem it has, each with line and column. */
export const parseFile = (text: string, fileName: string): ParsedFile => {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, stringKeys: true });
  const positions = positionsOf(document, lines);
  if (document.errors.length > 0) {
    throw new ConfigError(
      document.errors.map(({ code, message, pos }) => ({
        where: `${fileName}:${positions.at(pos[0])}`,
        what: code === "DUPLICATE_KEY" ? `the member ${nameAt(text, pos[0])} stands here for the second time` : message,
      })),
    );
  }
  // An empty file is as good as none.
  const file: unknown = contentOf(document, fileName) ?? {};
  const problem = problemIn(fileName, positions);
  if (!validate(file)) throw new ConfigError((validate.errors ?? []).map(inOurWords).map(problem));
  const findings = crossChecks(file);
  if (findings.length > 0) throw new ConfigError(findings.map(problem));
  return { file, problem };
};

const contentOf = (document: Document, fileName: string): unknown => {
  try {
    return document.toJS();
  } catch (error) {
    // An alias without its anchor, or one that grows without bound.
    throw new ConfigError([{ where: fileName, what: error instanceof Error ? error.message : String(error) }]);
  }
};

const nameAt = (text: string, offset: number): string => /^[^\s:]*/.exec(text.slice(offset))?.[0] ?? "";
