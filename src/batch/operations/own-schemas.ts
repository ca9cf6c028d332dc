import { Type } from "typebox";

const text = Type.String();
const texts = Type.Record(text, text);
const whole = Type.Integer();
const maybe = Type.Optional;
const CLOSED = { additionalProperties: false };
export const moment = Type.Integer({ description: "Milliseconds since 1970" });

export const jobParams = Type.Object({ id: Type.String({ minLength: 1, description: "A job's id or ARN" }) });

/** A SubmitJob's input, as far as schedules take it. */
export const submissionSchema = Type.Object(
  {
    jobName: text,
    jobQueue: text,
    jobDefinition: text,
    shareIdentifier: maybe(text),
    schedulingPriorityOverride: maybe(whole),
    arrayProperties: maybe(Type.Object({ size: maybe(whole) }, CLOSED)),
    parameters: maybe(texts),
    containerOverrides: maybe(
      Type.Object(
        {
          command: maybe(Type.Array(text)),
          environment: maybe(Type.Array(Type.Object({ name: maybe(text), value: maybe(text) }, CLOSED))),
          resourceRequirements: maybe(
            Type.Array(
              Type.Object({ type: Type.Union([Type.Literal("VCPU"), Type.Literal("MEMORY")]), value: text }, CLOSED),
            ),
          ),
        },
        CLOSED,
      ),
    ),
    retryStrategy: maybe(
      Type.Object(
        {
          attempts: maybe(whole),
          evaluateOnExit: maybe(
            Type.Array(
              Type.Object(
                {
                  onStatusReason: maybe(text),
                  onReason: maybe(text),
                  onExitCode: maybe(text),
                  action: Type.Union([Type.Literal("RETRY"), Type.Literal("EXIT")]),
                },
                CLOSED,
              ),
            ),
          ),
        },
        CLOSED,
      ),
    ),
    timeout: maybe(Type.Object({ attemptDurationSeconds: maybe(whole) }, CLOSED)),
    propagateTags: maybe(Type.Boolean()),
    tags: maybe(texts),
  },
  { ...CLOSED, description: "SubmitJob's input" },
);

export const cronSchema = Type.Object({
  name: text,
  expression: text,
  timeZone: maybe(text),
  job: submissionSchema,
  createdAt: moment,
  nextDue: maybe(moment),
  last: maybe(Type.Object({ due: moment, jobId: maybe(text), error: maybe(text) })),
});
