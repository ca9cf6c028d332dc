import Type, { type Static, type TSchemaOptions } from "typebox";

/** What stands in a schema beside JSON Schema: the words in which an error tells what was expected. */
const text = (pattern: string, expected: string) => Type.String({ pattern, expected });
const whole = (minimum: number, maximum: number, expected: string) => Type.Integer({ minimum, maximum, expected });
const CLOSED: TSchemaOptions = { additionalProperties: false };
const maybe = Type.Optional;
/** YAML reads `yes`, `1` and `2.5` as what they are; as text they are meant all the same. */
const scalar = Type.Unsafe<string | number | boolean>({ type: ["string", "number", "boolean"], expected: "text" });
const named = Type.Record(Type.String(), scalar);

const NAME = "^[A-Za-z0-9][A-Za-z0-9_-]{0,127}$";
const NAME_WORDS =
  "a name: up to 128 letters, digits, hyphens and underscores, of which the first is a letter or digit";
const pattern = text("^[^*]*\\*?$", "text, perhaps with an asterisk at its end");

const ExitSchema = Type.Object(
  {
    action: Type.Unsafe<"RETRY" | "EXIT">(Type.Enum(["RETRY", "EXIT"])),
    onExitCode: maybe(
      Type.Unsafe<string | number>({
        type: ["string", "integer"],
        pattern: "^\\d*\\*?$",
        expected: "digits, perhaps with an asterisk at their end",
      }),
    ),
    onReason: maybe(pattern),
    onStatusReason: maybe(pattern),
  },
  { ...CLOSED, minProperties: 2, expected: "action and one of onExitCode, onReason and onStatusReason" },
);

const DependencySchema = Type.Unsafe<string | { readonly job: string; readonly type: "N_TO_N" }>({
  anyOf: [Type.String(), Type.Object({ job: Type.String(), type: Type.Enum(["N_TO_N"]) }, CLOSED)],
  expected: "a job of this file, its child JOB:INDEX, or {job: JOB, type: N_TO_N}",
});

/** What may also stand at the top, for all jobs that do not say it themselves. */
const SHARED = {
  image: maybe(text("^\\S+$", "an image's name")),
  definition: maybe(text("^\\S+$", "a job definition: NAME or NAME:REVISION")),
  vcpus: maybe(whole(1, 192, "a whole number of virtual CPUs, at least 1")),
  memory: maybe(whole(6, 25_165_824, "MiB, at least 6")),
  env: maybe(named),
  retries: maybe(whole(0, 9, "how often a failed attempt is repeated, 0 to 9")),
  onExit: maybe(Type.Array(ExitSchema, { maxItems: 5, expected: "a list of at most 5 rules" })),
  timeout: maybe(whole(1, 31_536_000, "seconds, at least 1")),
  queue: maybe(text(NAME, NAME_WORDS)),
  share: maybe(text("^[A-Za-z0-9]{1,255}$", "letters and digits")),
  priority: maybe(whole(0, 9999, "a priority from 0 to 9999")),
};

const JobSchema = Type.Object(
  {
    ...SHARED,
    command: maybe(Type.Array(scalar, { expected: "a list of words, such as [sh, -c, echo hello]" })),
    parameters: maybe(named),
    array: maybe(whole(2, 10_000, "an array's size, 2 to 10000")),
    sequential: maybe(Type.Boolean()),
    dependsOn: maybe(Type.Array(DependencySchema, { maxItems: 20, expected: "a list of at most 20 jobs" })),
  },
  CLOSED,
);

/** `jobs.yaml` as it is written. */
export const JobsFileSchema = Type.Object(
  {
    ...SHARED,
    jobs: Type.Unsafe<Record<string, JobEntry>>(
      Type.Record(Type.String(), JobSchema, { minProperties: 1, expected: "at least one NAME: JOB" }),
    ),
  },
  CLOSED,
);

/** One job as it is written. */
export type JobEntry = Static<typeof JobSchema>;
export type JobsFile = Static<typeof JobsFileSchema>;
export type DependencyEntry = NonNullable<JobEntry["dependsOn"]>[number];

/** Whether a text may be a job's name. */
export const isJobName = (name: string): boolean => new RegExp(NAME).test(name);
export const JOB_NAME_WORDS = NAME_WORDS;
