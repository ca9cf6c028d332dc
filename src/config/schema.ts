import Type, { type Static, type TSchemaOptions } from "typebox";

/** What stands in a schema beside JSON Schema: the words in which an error tells what was expected. */
const text = (pattern: string, expected: string) => Type.String({ pattern, expected });
const word = <Word extends string>(...words: Word[]) => Type.Unsafe<Word>(Type.Enum(words));
const whole = (minimum: number, maximum: number, expected: string) => Type.Integer({ minimum, maximum, expected });
const CLOSED: TSchemaOptions = { additionalProperties: false };
const maybe = Type.Optional;

const HostSchema = Type.Object(
  {
    id: text("^[a-z0-9][a-z0-9-]{0,62}$", "a name of lower-case letters, digits and hyphens, such as local-1"),
    docker: maybe(text("^(unix:///.+|tcp://.+|ssh://.+)$", "unix:///PATH, tcp://HOST:PORT or ssh://USER@HOST")),
    tls: maybe(Type.Object({ ca: Type.String(), cert: Type.String(), key: Type.String() }, CLOSED)),
    cluster: maybe(text("^[A-Za-z0-9_-]{1,255}$", "a cluster's name: letters, digits, hyphens and underscores")),
    cpu: whole(128, 196_608, "CPU units from 128 to 196608; 1024 are one core"),
    memory: whole(32, 25_165_824, "MiB, at least 32"),
    zone: maybe(text("^[a-z0-9-]+$", "a zone's name, such as us-east-1a")),
    instanceType: maybe(text("^[a-zA-Z0-9.-]+$", "an instance type's name, such as t3.medium")),
    publish: maybe(text("^[0-9.]+$", "an IPv4 address of the engine's machine")),
    registry: maybe(text("^[A-Za-z0-9.-]+:\\d{1,5}$", "HOST:PORT, where this host's engine reaches Berth's registry")),
    subnet: maybe(text("^[0-9.]+/\\d+$", "an IPv4 network that is routed to this host's engine, such as 10.60.1.0/24")),
    attributes: maybe(
      Type.Record(Type.String(), Type.String({ maxLength: 128, expected: "text of at most 128 characters" })),
    ),
  },
  CLOSED,
);

/** `berth.yaml` as it is written: everything may be left out. Defaults are in settings.ts. */
export const FileSchema = Type.Object(
  {
    account: maybe(text("^\\d{12}$", 'twelve digits in quotes, such as "000000000000"')),
    region: maybe(text("^[a-z]{2}(-[a-z]+)+-\\d$", "a region's name, such as us-east-1")),
    auth: maybe(word("sigv4", "open")),
    hosts: maybe(Type.Array(HostSchema, { minItems: 1, expected: "a list of at least one host" })),
    fargate: maybe(
      Type.Object(
        {
          vcpu: maybe(Type.Number({ minimum: 0.25, maximum: 192, expected: "a number of vCPUs, at least 0.25" })),
          memory: maybe(whole(512, 25_165_824, "MiB, at least 512")),
          engines: maybe(
            Type.Array(
              Type.Object(
                {
                  docker: text("^(unix:///.+|tcp://.+|ssh://.+)$", "unix:///PATH, tcp://HOST:PORT or ssh://USER@HOST"),
                  tls: maybe(Type.Object({ ca: Type.String(), cert: Type.String(), key: Type.String() }, CLOSED)),
                },
                CLOSED,
              ),
              { minItems: 1, expected: "a list of at least one engine" },
            ),
          ),
          spotNoticeSeconds: maybe(whole(0, 3600, "seconds from 0 to 3600")),
          spotInterruptionsPerHour: maybe(
            Type.Number({ minimum: 0, maximum: 3600, expected: "interruptions of a task in an hour, on average" }),
          ),
        },
        CLOSED,
      ),
    ),
    network: maybe(text("^[0-9.]+/\\d+$", "an IPv4 network such as 10.42.0.0/16")),
    hostLostAfterSeconds: maybe(whole(1, 3600, "seconds from 1 to 3600")),
    taskRecordSeconds: maybe(whole(1, 2_592_000, "seconds from 1 to 2592000 (30 days)")),
    buckets: maybe(
      Type.Record(Type.String(), Type.String({ minLength: 1, expected: "a folder, relative to this file" }), {
        expected: "names of S3 buckets and the folder that plays each",
      }),
    ),
    allow: maybe(
      Type.Object(
        {
          hostPaths: maybe(Type.Array(text("^/", "an absolute path of the engine's machine"))),
          privileged: maybe(Type.Boolean()),
        },
        CLOSED,
      ),
    ),
    containers: maybe(
      Type.Object(
        {
          pidsLimit: maybe(whole(1, 4_194_304, "a number of processes, at least 1")),
          dropCapabilities: maybe(Type.Array(text("^[A-Z_]+$", "a capability's name without CAP_, such as NET_RAW"))),
        },
        CLOSED,
      ),
    ),
    batch: maybe(
      Type.Object(
        {
          cluster: maybe(text("^[A-Za-z0-9_-]{1,255}$", "a cluster's name: letters, digits, hyphens and underscores")),
          backfill: maybe(Type.Boolean()),
          retryBackoffSeconds: maybe(whole(0, 86_400, "seconds from 0 to 86400 (a day)")),
          keepJobsDays: maybe(whole(1, 365, "days from 1 to 365")),
          minimumAttemptDurationSeconds: maybe(whole(1, 60, "seconds from 1 to 60; AWS's own minimum is 60")),
        },
        CLOSED,
      ),
    ),
    services: maybe(
      Type.Object(
        {
          healthyAfterSeconds: maybe(whole(0, 3600, "seconds from 0 to 3600")),
          firstBackoffSeconds: maybe(whole(1, 3600, "seconds from 1 to 3600")),
          longestBackoffSeconds: maybe(whole(1, 86_400, "seconds from 1 to 86400 (a day)")),
        },
        CLOSED,
      ),
    ),
    registry: maybe(
      Type.Object(
        {
          listen: maybe(text("^[0-9.]+:\\d{1,5}$", "ADDRESS:PORT, an IPv4 address of this machine beyond loopback")),
          createOnPush: maybe(Type.Boolean()),
        },
        CLOSED,
      ),
    ),
    redis: maybe(
      Type.Object(
        {
          url: maybe(text("^(rediss?|unix)://.+", "redis://HOST:PORT/DB, rediss://… or unix:///PATH")),
          appendfsync: maybe(word("always", "everysec")),
        },
        CLOSED,
      ),
    ),
  },
  CLOSED,
);

export type BerthFile = Static<typeof FileSchema>;
export type HostInFile = Static<typeof HostSchema>;

/** Members that the design names and nothing acts on yet: refused by name, never ignored in silence. */
export const NOT_BUILT: readonly RegExp[] = [/^registry\.url$/, /^imagePullBehavior$/];
