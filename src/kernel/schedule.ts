import { Cron } from "croner";

/** When something is due again and again, as EventBridge writes it. */
export interface Schedule {
  /** `cron(0 8 ? * MON-FRI *)` with minutes, hours, days, months, weekdays (1 is Sunday) and years; or `rate(5 minutes)`. */
  readonly expression: string;
  /** Of the IANA's data base, for `cron(…)`: `Europe/Berlin`. UTC where absent. */
  readonly timeZone?: string;
  /** Milliseconds since 1970. A rate counts from here, and nothing is due before. */
  readonly startsAt: number;
}

const UNIT_MS: Readonly<Record<string, number>> = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };

const rateMs = (expression: string): number | undefined => {
  const parsed = /^rate\(([1-9]\d{0,5}) (minute|hour|day)(s?)\)$/.exec(expression);
  if (!parsed) return undefined;
  const [, count, unit = "", plural] = parsed;
  return (count === "1") === (plural === "") ? Number(count) * (UNIT_MS[unit] ?? 0) : undefined;
};

/** AWS's six fields in the words of the library, whose first field are seconds. */
const cronOf = (expression: string, timeZone = "UTC"): Cron | string => {
  const fields = /^cron\((.*)\)$/.exec(expression)?.[1]?.trim().split(/\s+/) ?? [];
  const [minutes, hours, days, months, weekdays, years] = fields;
  if (fields.length !== 6 || !weekdays)
    return "cron(…) has six fields: minutes, hours, days of the month, months, days of the week, years";
  if ((days === "?") === (weekdays === "?"))
    return "of the days of the month and the days of the week, one and only one is ?";
  const any = (field: string | undefined): string => (field === "?" ? "*" : (field ?? "*"));
  // AWS writes the last Friday of a month 6L, the library 6#L.
  const last = any(weekdays).replace(/^([1-7]|[A-Z]{3})L$/, "$1#L");
  try {
    return new Cron(`0 ${minutes} ${hours} ${any(days)} ${months} ${last} ${years}`, {
      timezone: timeZone,
      mode: "7-part",
      alternativeWeekdays: true,
      sloppyRanges: true,
    });
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
};

/** What is wrong with a schedule, in words; `undefined` where it is right and will be due some day. */
export const scheduleProblem = ({ expression, timeZone, startsAt }: Schedule): string | undefined => {
  if (timeZone !== undefined && !isTimeZone(timeZone)) return `${timeZone} is no time zone`;
  if (rateMs(expression) !== undefined) return undefined;
  if (expression.startsWith("rate("))
    return "rate(…) is a number and minutes, hours or days, as in rate(1 minute) or rate(5 minutes)";
  if (!expression.startsWith("cron(")) return "it is cron(…) or rate(…)";
  const cron = cronOf(expression, timeZone);
  if (typeof cron === "string") return cron;
  return nextDue({ expression, startsAt, ...(timeZone && { timeZone }) }, startsAt) === undefined
    ? "it is never due"
    : undefined;
};

/** The first time after `after` that it is due, in milliseconds since 1970; `undefined` where there is none. */
export const nextDue = ({ expression, timeZone, startsAt }: Schedule, after: number): number | undefined => {
  const interval = rateMs(expression);
  if (interval !== undefined) {
    const passed = Math.max(0, Math.floor((after - startsAt) / interval));
    return startsAt + (passed + 1) * interval;
  }
  const cron = cronOf(expression, timeZone);
  if (typeof cron === "string") return undefined;
  return cron.nextRun(new Date(Math.max(after, startsAt)))?.getTime();
};

const isTimeZone = (name: string): boolean => {
  try {
    return new Intl.DateTimeFormat("en", { timeZone: name }) !== undefined;
  } catch {
    return false;
  }
};
