/** @typedef {import("tap-parser").Parser} Parser */
/** @typedef {import("tap-parser").Result} Result */

/**
 * Says of every test file, as it ends, how it went, and of every failure where and what. Plain lines: they read the same
 * on a terminal and in a log.
 * @param {Parser} parser of the whole stream
 * @param {(line: string) => void} print
 */
export function reportOn(parser, print) {
  onResults(parser, [], (result, place, isSubtest) => {
    const isBad = !result.ok && !result.skip && !result.todo;
    if (isBad && !isSubtest) for (const line of failureLines(result, place)) print(line);
    if (place.length === 0)
      print(`${isBad ? "FAIL" : result.skip ? "skip" : "ok  "} ${result.name} ${seconds(result.time)}`);
  });
}

/**
 * @param {Parser} parser
 * @param {readonly string[]} place the names of the subtests around it
 * @param {(result: Result, place: readonly string[], isSubtest: boolean) => void} hear
 */
function onResults(parser, place, hear) {
  /** @type {Parser | undefined} */
  let subtest;
  parser.on("child", (child) => {
    subtest = child;
    onResults(child, [...place, child.name], hear);
  });
  parser.on("assert", (result) => {
    // A subtest that failed though nothing in it did (a timeout, a wrong plan) is news of its own.
    hear(result, place, subtest !== undefined && !subtest.ok && subtest.failures.length > 0);
    subtest = undefined;
  });
}

/**
 * @param {Result} result
 * @param {readonly string[]} place
 */
function failureLines({ name, diag }, place) {
  const { at, diff, stack, source, found, wanted, message, signal, exitCode } = /** @type {Record<string, any>} */ (
    diag ?? {}
  );
  const values =
    wanted === undefined && found === undefined ? undefined : `wanted ${show(wanted)}\nfound ${show(found)}`;
  const details = [
    at?.fileName && `at ${at.fileName}:${at.lineNumber}`,
    message !== name && message,
    diff ?? values,
    diff ? undefined : stack,
    source,
    signal && `ended by ${signal}`,
    typeof exitCode === "number" && exitCode !== 0 && `exit code ${exitCode}`,
  ];
  const text = details.filter((detail) => typeof detail === "string").join("\n");
  return [
    "",
    `✗ ${[...place, name].join(" > ")}`,
    ...text
      .trimEnd()
      .split("\n")
      .map((line) => `    ${line}`),
    "",
  ];
}

/** @param {unknown} value */
const show = (value) => (typeof value === "string" ? value : JSON.stringify(value));

/** @param {number | null} milliseconds */
const seconds = (milliseconds) => (milliseconds ? `(${(milliseconds / 1000).toFixed(1)} s)` : "");
