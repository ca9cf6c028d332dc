import { type Document, isMap, isNode, isScalar, type LineCounter } from "yaml";
import { CliError } from "../failure.ts";

/** The way to a member: `["jobs", "load", "dependsOn", 1]`. */
export type MemberPath = readonly (string | number)[];

/** One thing that is wrong, and with which member's value, or its name. */
export interface Finding {
  readonly path: MemberPath;
  readonly about: "name" | "value";
  readonly what: string;
}

/** `jobs.load.dependsOn[1]`. */
export const memberName = (path: MemberPath): string =>
  path.map((step, index) => (typeof step === "number" ? `[${step}]` : index ? `.${step}` : step)).join("");

/** `12:5 jobs.load.image: …` of a finding in a document. */
export const told = (fileName: string, document: Document, lines: LineCounter): ((finding: Finding) => string) => {
  const at = (offset: number): string => {
    const { line, col } = lines.linePos(offset);
    return `${Math.max(1, line)}:${Math.max(1, col)}`;
  };
  const ofValue = (path: MemberPath): string => {
    const node = path.length === 0 ? document.contents : document.getIn(path, true);
    if (isNode(node) && node.range) return at(node.range[0]);
    return path.length === 0 ? "1:1" : ofValue(path.slice(0, -1));
  };
  const ofName = (path: MemberPath): string => {
    const parent = path.length === 1 ? document.contents : document.getIn(path.slice(0, -1), true);
    const pair = isMap(parent)
      ? parent.items.find(({ key }) => isScalar(key) && String(key.value) === path.at(-1))
      : undefined;
    return isScalar(pair?.key) && pair.key.range ? at(pair.key.range[0]) : ofValue(path);
  };
  return ({ path, about, what }) => {
    const name = path.length > 0 ? ` ${memberName(path)}` : "";
    return `${fileName}:${about === "name" ? ofName(path) : ofValue(path)}${name}: ${what}`;
  };
};

/** All that is wrong with a file, a line each; nothing was submitted. */
export const refusedFile = (problems: readonly string[]): CliError => {
  const inOrder = problems.toSorted((a, b) => a.localeCompare(b, "en", { numeric: true }));
  return new CliError(inOrder.join("\n       "), { hint: "nothing was submitted", exitCode: 2 });
};
