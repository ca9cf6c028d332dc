import fc from "fast-check";
import t from "tap";
import { nextDue, scheduleProblem } from "../../src/kernel/schedule.ts";

// A Tuesday, noon in UTC.
const NOON = Date.UTC(2026, 10, 24, 12);

const DUE: Readonly<Record<string, string>> = {
  "cron(0 8 ? * MON-FRI *)": "2026-11-25T08:00:00.000Z",
  "cron(0/15 * * * ? *)": "2026-11-24T12:15:00.000Z",
  "cron(0 10 L * ? *)": "2026-11-30T10:00:00.000Z",
  "cron(0 9 ? * 6L *)": "2026-11-27T09:00:00.000Z",
  "cron(0 9 ? * 2#1 *)": "2026-12-07T09:00:00.000Z",
  "cron(0 9 15W * ? *)": "2026-12-15T09:00:00.000Z",
  "cron(0 9 ? * 1 2027)": "2027-01-03T09:00:00.000Z",
  "cron(5/10 8 ? JAN,JUN * *)": "2027-01-01T08:05:00.000Z",
  "rate(1 minute)": "2026-11-24T12:01:00.000Z",
  "rate(36 hours)": "2026-11-26T00:00:00.000Z",
};

t.test("AWS's schedules are due when AWS has them due", async (t) => {
  for (const [expression, due] of Object.entries(DUE)) {
    const schedule = { expression, startsAt: NOON };
    t.equal(scheduleProblem(schedule), undefined, expression);
    t.equal(new Date(nextDue(schedule, NOON) ?? 0).toISOString(), due, expression);
  }
});

t.test("a time zone moves a cron, over summer time too", async (t) => {
  const schedule = { expression: "cron(0 8 * * ? *)", timeZone: "Europe/Berlin", startsAt: NOON };
  t.equal(nextDue(schedule, NOON), Date.UTC(2026, 10, 25, 7));
  t.equal(nextDue(schedule, Date.UTC(2027, 5, 1, 12)), Date.UTC(2027, 5, 2, 6));
});

t.test("what is no schedule is said in words", async (t) => {
  const problem = (expression: string, timeZone = "UTC") =>
    scheduleProblem({ expression, timeZone, startsAt: NOON }) ?? "";
  t.match(problem("rate(1 minutes)"), /rate\(1 minute\)/);
  t.match(problem("rate(0 minutes)"), /rate/);
  t.match(problem("cron(0 8 * * *)"), /six fields/);
  t.match(problem("cron(0 8 * * * *)"), /only one is \?/);
  t.match(problem("cron(61 8 ? * MON *)"), /minute/);
  t.match(problem("cron(0 8 ? * MON 2020)"), /never due/);
  t.match(problem("cron(0 8 ? * MON *)", "Mars/Olympus"), /no time zone/);
  t.match(problem("every day"), /cron\(…\) or rate\(…\)/);
});

t.test("what is due lies ahead, and no due time is left out", async () => {
  const expressions = fc.constantFrom(...Object.keys(DUE).filter((one) => !one.includes("2027")));
  fc.assert(
    fc.property(expressions, fc.integer({ min: 0, max: 400 * 86_400_000 }), (expression, later) => {
      const schedule = { expression, startsAt: NOON };
      const first = nextDue(schedule, NOON + later) ?? 0;
      if (first <= NOON + later) return false;
      // From anywhere before it, it is still the next one.
      return nextDue(schedule, first - 1) === first;
    }),
    { numRuns: 200 },
  );
});
