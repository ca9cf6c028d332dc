/** @typedef {{ passed: number, failed: number, skipped: number }} Totals */
/** @typedef {import("tap-parser").EventLog} EventLog */

/**
 * Counts tests, not assertions and not files: a test is a subtest without subtests, or a file that has none.
 * What fails outside of any test (a throw between two, a file that does not load, a timeout) counts as one failure.
 * @param {string} tapStream
 * @returns {Promise<Totals>}
 */
export async function countTests(tapStream) {
  // Imported late: this file is read before the packages are installed.
  const { Parser } = await import("tap-parser");
  return totalsOf(Parser.parse(tapStream));
}

/**
 * @param {EventLog} events of one level
 * @returns {Totals}
 */
function totalsOf(events) {
  const totals = { passed: 0, failed: 0, skipped: 0 };
  /** @type {EventLog | undefined} */
  let subtest;
  for (const [kind, value] of events) {
    if (kind === "child") subtest = /** @type {EventLog} */ (value);
    if (kind !== "assert") continue;
    const below = subtest && isGroup(subtest) ? totalsOf(subtest) : undefined;
    if (below) addTo(totals, below);
    const verdict = verdictOf(/** @type {import("tap-parser").Result} */ (value));
    const isTest = subtest !== undefined && below === undefined;
    const isNews = isTest || (verdict !== "passed" && (below?.[verdict] ?? 0) === 0);
    if (isNews) totals[verdict] += 1;
    subtest = undefined;
  }
  return totals;
}

/** @param {EventLog} events */
const isGroup = (events) => events.some(([kind]) => kind === "child");

/**
 * @param {import("tap-parser").Result} result
 * @returns {keyof Totals}
 */
function verdictOf({ ok, skip, todo }) {
  if (skip || todo) return "skipped";
  return ok ? "passed" : "failed";
}

/**
 * @param {Totals} totals
 * @param {Totals} more
 */
function addTo(totals, more) {
  totals.passed += more.passed;
  totals.failed += more.failed;
  totals.skipped += more.skipped;
}
