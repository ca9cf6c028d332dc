import type { ErrorObject } from "ajv";
import { nearest } from "./nearest.ts";
import { type MemberPath, memberName } from "./positions.ts";
import { NOT_BUILT } from "./schema.ts";

/** A validation error in our words: which member, whether its name or its value is at fault, and what is wrong with it. */
export interface Finding {
  readonly path: MemberPath;
  readonly about: "name" | "value";
  readonly what: string;
}

const KINDS: Record<string, string> = {
  object: "members (NAME: VALUE)",
  array: "a list",
  string: "text",
  integer: "a whole number",
  boolean: "true or false",
};

const shown = (value: unknown): string => {
  const text = JSON.stringify(value) ?? "nothing";
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
};

const unknownMember = (path: MemberPath, name: string, siblings: readonly string[]): Finding => {
  const full = [...path, name];
  if (NOT_BUILT.some((pattern) => pattern.test(memberName(full)))) {
    return { path: full, about: "name", what: "nothing in Berth acts on this member yet; leave it out" };
  }
  const meant = nearest(name, siblings);
  const hint = meant ? `; did you mean ${meant}?` : `; known here are ${siblings.join(", ")}`;
  return { path: full, about: "name", what: `is not a member of ${memberName(path) || "berth.yaml"}${hint}` };
};

const stepsOf = (pointer: string, isIndex: (step: string) => boolean): MemberPath =>
  pointer
    .split("/")
    .slice(1)
    .map((step) => step.replaceAll("~1", "/").replaceAll("~0", "~"))
    .map((step) => (isIndex(step) ? Number(step) : step));

/** What ajv (verbose, so that it brings schema and value along) found, in our words. */
export const inOurWords = (error: ErrorObject): Finding => {
  const path = stepsOf(error.instancePath, (step) => /^\d+$/.test(step));
  const schema = error.parentSchema ?? {};
  const value = (what: string): Finding => ({ path, about: "value", what });
  if (error.keyword === "additionalProperties") {
    return unknownMember(path, String(error.params.additionalProperty), Object.keys(schema.properties ?? {}));
  }
  if (error.keyword === "required") return value(`${error.params.missingProperty} is missing`);
  if (error.keyword === "enum") return value(`is ${shown(error.data)}, and must be ${schema.enum.join(" or ")}`);
  const expected = schema.expected ?? KINDS[String(error.params.type)] ?? error.message;
  return value(`is ${shown(error.data)}, and must be ${expected}`);
};
