import type { ErrorObject } from "ajv";
import { type Finding, type MemberPath, memberName } from "./problem.ts";

const KINDS: Record<string, string> = {
  object: "members (NAME: VALUE)",
  array: "a list",
  string: "text",
  integer: "a whole number",
  boolean: "true or false",
};

const stepsOf = (pointer: string): MemberPath =>
  pointer
    .split("/")
    .slice(1)
    .map((step) => step.replaceAll("~1", "/").replaceAll("~0", "~"))
    // The jobs' own names may be numbers; only lists are counted.
    .map((step, index, all) => (/^\d+$/.test(step) && all[index - 1] !== "jobs" ? Number(step) : step));

/** What ajv (verbose, so that it brings schema and value along) found, in our words. */
export const inOurWords = (error: ErrorObject): Finding => {
  const path = stepsOf(error.instancePath);
  const schema = error.parentSchema ?? {};
  if (error.keyword === "additionalProperties") {
    const name = String(error.params.additionalProperty);
    const known = Object.keys(schema.properties ?? {}).join(", ");
    const what = `is not a member of ${memberName(path) || "the file"}; known here are ${known}`;
    return { path: [...path, name], about: "name", what };
  }
  if (error.keyword === "required") return { path, about: "value", what: `${error.params.missingProperty} is missing` };
  const shown = (JSON.stringify(error.data) ?? "nothing").slice(0, 60);
  const expected = schema.expected ?? schema.enum?.join(" or ") ?? KINDS[String(error.params.type)] ?? error.message;
  return { path, about: "value", what: `is ${shown}, and must be ${expected}` };
};
