import { Ajv } from "ajv";
import { LineCounter, parseDocument } from "yaml";
import { graphFindings, withShared } from "./checks.ts";
import { refusedFile, told } from "./problem.ts";
import { type JobEntry, type JobsFile, JobsFileSchema } from "./schema.ts";
import { inOurWords } from "./wording.ts";

// verbose: the schema's own words (`expected`) travel with the error.
const validate = new Ajv({ allErrors: true, verbose: true, strict: false }).compile<JobsFile>(JobsFileSchema);

/** Reads the text of a jobs.yaml: its jobs by name, with what the file says for all. Throws CliError with everything that is wrong. */
export const parseJobs = (text: string, fileName: string): Readonly<Record<string, JobEntry>> => {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, stringKeys: true });
  const say = told(fileName, document, lines);
  if (document.errors.length > 0) {
    throw refusedFile(
      document.errors.map(({ message, pos }) => {
        const { line, col } = lines.linePos(pos[0]);
        return `${fileName}:${line}:${col}: ${message}`;
      }),
    );
  }
  const file: unknown = document.toJS() ?? {};
  // The alternatives of a dependency are told as one.
  const isWhole = ({ schemaPath, keyword }: { schemaPath: string; keyword: string }) =>
    keyword === "anyOf" || !schemaPath.includes("/anyOf/");
  if (!validate(file)) throw refusedFile((validate.errors ?? []).filter(isWhole).map(inOurWords).map(say));
  const findings = graphFindings(file);
  if (findings.length > 0) throw refusedFile(findings.map(say));
  return withShared(file);
};
