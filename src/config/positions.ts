import { type Document, isMap, isNode, isScalar, type LineCounter, type ParsedNode } from "yaml";

/** The way to a member: `["hosts", 1, "cpu"]`. */
export type MemberPath = readonly (string | number)[];

/** `hosts[1].cpu`. */
export const memberName = (path: MemberPath): string =>
  path.map((step, index) => (typeof step === "number" ? `[${step}]` : index ? `.${step}` : step)).join("");

/** Where members stand in the text they were read from. */
export interface Positions {
  /** `12:5`, line and column of a member's value, or of the nearest thing around it that stands in the text. */
  ofValue(path: MemberPath): string;
  /** `12:5`, line and column of a member's name. */
  ofName(path: MemberPath): string;
  /** `12:5` of an offset in the text. */
  at(offset: number): string;
}

export const positionsOf = (document: Document.Parsed<ParsedNode>, lines: LineCounter): Positions => {
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
  return { at, ofValue, ofName };
};
