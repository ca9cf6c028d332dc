import fc from "fast-check";
import t from "tap";
import { matchesQuery, type QueriedHost } from "../../src/fleet/model/query/evaluate.ts";
import { parseQuery } from "../../src/fleet/model/query/parse.ts";
import {
  type Comparison,
  type Operator,
  type Query,
  SUBJECTS,
  type Subject,
} from "../../src/fleet/model/query/query.ts";
import { matchesRegex } from "../../src/fleet/model/query/regex-match.ts";
import { parseRegex } from "../../src/fleet/model/query/regex-parse.ts";
import { aHost } from "./scheduler-fixtures.ts";

const queryOf = (text: string): Query => {
  const parsed = parseQuery(text);
  if (!parsed.ok) throw new Error(`${text}: ${parsed.message}`);
  return parsed.query;
};

const host = aHost("a", {
  attributes: {
    "ecs.instance-type": "t2.small",
    "ecs.availability-zone": "us-east-1a",
    stack: "prod",
    size: "9",
    flag: "",
  },
  ec2InstanceId: "i-abcd1234",
  engineVersion: "20.10.24+dfsg1",
  registeredAt: Date.UTC(2018, 5, 18, 22, 28, 28),
  ledger: { groups: { "service:web": 2, "family:gone": 0 }, runningTasks: 2 },
});

const YES: readonly string[] = [
  "attribute:ecs.instance-type == t2.small",
  "attribute:ecs.instance-type equals 't2.small'",
  "attribute:ecs.instance-type=='t2.small'",
  "attribute:ecs.instance-type!=t2.large",
  "attribute:stack not_equals test",
  "attribute:ecs.availability-zone in [us-east-1a, us-east-1b]",
  "attribute:ecs.availability-zone in['us-east-1b',\"us-east-1a\"]",
  "attribute:ecs.availability-zone not_in [us-east-1c]",
  "attribute:ecs.availability-zone !in [us-east-1c,us-east-1d]",
  "attribute:ecs.instance-type =~ t2.*",
  "attribute:ecs.instance-type matches (t2|m5)\\..*",
  "attribute:ecs.availability-zone=~us-east-1[ab]",
  "attribute:ecs.instance-type !~ g2.*",
  "attribute:ecs.instance-type not_matches t2",
  "attribute:stack exists",
  "attribute:flag exists",
  "attribute:nothing !exists",
  "attribute:nothing not_exists",
  "attribute:size > 10 or attribute:size < 10",
  "attribute:size < 10",
  "attribute:stack >= prod",
  "attribute:stack less_than_equal prod",
  "agentConnected == true",
  "agentConnected != false",
  "agentConnected in [true]",
  "agentVersion > 20.9",
  "agentVersion < 20.10.25",
  "agentVersion greater_than_equal 20.10.24",
  "agentVersion == 20.10.24",
  "ec2InstanceId in ['i-abcd1234', 'i-wxyx7890']",
  "ec2InstanceId =~ i-ab.*",
  "registeredAt < 2018-06-19",
  "registeredAt > 2018-06-18",
  "registeredAt == 2018-06-18T22:28:28",
  "registeredAt == 2018-06-18T22:28:28Z",
  "registeredAt == 2018-06-18T22:28:28+00:00",
  "registeredAt == 2018-06-19T00:28:28+02:00",
  "registeredAt == 2018-06-19T00:28:28+0200",
  "registeredAt > 2018-06-18T22:28",
  "registeredAt < 2018-06-18T22:29Z",
  "runningTasksCount == 2",
  "runningTasksCount > 1",
  "runningTasksCount less_than 10",
  "task:group == service:web",
  "task:group =~ service:.*",
  "task:group in [service:db, service:web]",
  "task:group exists",
  "task:group != database",
  "not(task:group == database)",
  "!(task:group==database)",
  "not not agentConnected == true",
  "! attribute:nothing exists",
  "attribute:stack == test and attribute:stack == test or attribute:stack == prod",
  "attribute:stack == prod || attribute:stack == test && attribute:stack == test",
  "(attribute:stack == prod or attribute:stack == test) and agentConnected==true",
  "(attribute:ecs.instance-type =~ t2.*)",
  "  attribute:stack\t==\nprod  ",
];

const NO: readonly string[] = [
  "attribute:stack == Prod",
  "attribute:nothing == prod",
  // ECS's guide: lists the instances with the attribute unless its value is the one named.
  "attribute:nothing != prod",
  "attribute:nothing !in [prod]",
  "attribute:nothing !~ prod",
  "attribute:constructor exists",
  "attribute:ecs.instance-type =~ t2",
  "attribute:size > 10",
  "agentConnected == false",
  "agentVersion > 20.10.24",
  "agentVersion < 3",
  "task:group == family:gone",
  "task:group != service:web",
  "task:group !exists",
  "task:group !~ service:.*",
  "not attribute:stack == prod",
  "attribute:stack == prod and not agentConnected == true",
  "attribute:stack == prod and attribute:stack == test",
  "(attribute:stack == prod or attribute:stack == test) and attribute:stack == test",
  "registeredAt > 2018-06-18T22:28:28",
  "runningTasksCount != 2",
];

t.test("a query selects the hosts that ECS's guide says it selects", async (t) => {
  for (const text of YES) t.equal(matchesQuery(queryOf(text), host), true, text);
  for (const text of NO) t.equal(matchesQuery(queryOf(text), host), false, `not: ${text}`);
});

t.test("a host without tasks is in no group, and a disconnected one says so", async (t) => {
  const idle = aHost("b", { health: "LOST" });
  t.notOk(matchesQuery(queryOf("task:group exists"), idle));
  t.ok(matchesQuery(queryOf("task:group != service:web"), idle));
  t.ok(matchesQuery(queryOf("agentConnected == false"), idle));
});

/** Text, the column, and what stands in the message. */
const ERRORS: readonly (readonly [text: string, column: number, message: RegExp])[] = [
  ["", 1, /expected a subject .*found the end at column 1/],
  ["   ", 4, /expected a subject/],
  ["instanceType == t2.small", 1, /expected a subject .*found "instanceType"/],
  ["constructor == 1", 1, /expected a subject/],
  ["attribute == x", 1, /expected a subject/],
  ["attribute: == x", 11, /expected an attribute's name/],
  ["attribute:a", 12, /expected an operator \(==, .*found the end/],
  ["attribute:a = b", 13, /expected an operator .*found "="/],
  ["attribute:a is b", 13, /expected an operator .*found "is"/],
  ["attribute:a toString b", 13, /expected an operator/],
  ["attribute:a ==", 15, /expected a value, found the end/],
  ["attribute:a == and attribute:b == c", 20, /expected "and", "or" or the end, found "attribute:b"/],
  ["attribute:a == b c", 18, /expected "and", "or" or the end, found "c"/],
  ["attribute:a == b)", 17, /expected "and", "or" or the end, found "\)"/],
  ["(attribute:a == b", 18, /expected "and", "or" or "\)", found the end/],
  ["attribute:a == 'b", 16, /quote ' is never closed/],
  ["attribute:a in b", 16, /expected "\[" and a list/],
  ["attribute:a in []", 17, /expected a value, found "\]"/],
  ["attribute:a in [b c]", 19, /expected "," or "\]", found "c"/],
  ["attribute:a in [b,", 19, /expected a value, found the end/],
  ["attribute:a == b and", 21, /expected a subject/],
  ["attribute:a == b or or", 21, /expected a subject/],
  ["not", 4, /expected a subject/],
  ["agentVersion in [1.2]", 14, /expected an operator that agentVersion takes \(==, .*found "in"/],
  ["agentVersion > new", 16, /expected a version/],
  ["agentConnected == yes", 19, /expected true or false, found "yes"/],
  ["registeredAt < yesterday", 16, /expected a date/],
  ["registeredAt < 2018-13-40", 16, /expected a date/],
  ["runningTasksCount > many", 21, /expected a whole number/],
  ["task:group > a", 12, /expected an operator that task:group takes/],
  ["attribute:a =~ t2[", 18, /in the regular expression: "\[" is never closed at column 18/],
  ["attribute:a =~ 't2)'", 19, /"\)" was never opened/],
  ["attribute:a =~ *", 16, /there is nothing to repeat/],
  ["attribute:a =~ (?>a)", 17, /only \(\?:/],
  ["attribute:a =~ \\p{Alpha}", 16, /\\p is not supported/],
  ["attribute:a =~ [a-z&&b]", 20, /classes inside classes/],
  ["attribute:a =~ a++", 18, /possessive/],
  ["attribute:a =~ ((a{99}){99}){99}", 16, /repeats too much/],
  [`attribute:a == ${"b".repeat(2000)}`, 2001, /at most 2000 characters/],
];

t.test("a query that does not parse says in which column, and what was expected there", async (t) => {
  for (const [text, position, message] of ERRORS) t.match(parseQuery(text), { ok: false, position, message }, text);
});

// A plain reading of the language, with JavaScript's own regular expressions: the judge of the properties below.
const read = (subject: Subject, { attributes, health, ledger, ec2InstanceId }: QueriedHost): string[] => {
  if (subject.field === "attribute") return subject.name in attributes ? [attributes[subject.name]!] : [];
  if (subject.field === "task:group") return Object.keys(ledger.groups);
  if (subject.field === "ec2InstanceId") return [ec2InstanceId];
  return [subject.field === "agentConnected" ? String(health === "CONNECTED") : String(ledger.runningTasks)];
};

const naive = ({ subject, operator, values }: Comparison, queried: QueriedHost): boolean => {
  const found = read(subject, queried);
  const any = (test: (value: string) => boolean): boolean => found.some(test);
  const none = (test: (value: string) => boolean): boolean =>
    (subject.field !== "attribute" || found.length > 0) && !any(test);
  const wanted = values[0]!;
  const number = subject.field === "runningTasksCount";
  const less = (a: string, b: string): boolean => (number ? Number(a) < Number(b) : a < b);
  const answers: Record<Operator, () => boolean> = {
    "==": () => any((value) => value === wanted),
    "!=": () => none((value) => value === wanted),
    ">": () => any((value) => less(wanted, value)),
    ">=": () => any((value) => !less(value, wanted)),
    "<": () => any((value) => less(value, wanted)),
    "<=": () => any((value) => !less(wanted, value)),
    in: () => any((value) => values.includes(value)),
    "!in": () => none((value) => values.includes(value)),
    exists: () => found.length > 0,
    "!exists": () => found.length === 0,
    "=~": () => any((value) => new RegExp(`^(?:${wanted})$`).test(value)),
    "!~": () => none((value) => new RegExp(`^(?:${wanted})$`).test(value)),
  };
  return answers[operator]();
};

const naively = (query: Query, queried: QueriedHost): boolean => {
  if (query.kind === "compare") return naive(query, queried);
  if (query.kind === "not") return !naively(query.query, queried);
  const sides = [naively(query.left, queried), naively(query.right, queried)];
  return query.kind === "and" ? sides.every(Boolean) : sides.some(Boolean);
};

const quote = (value: string): string => `'${value.replaceAll("'", "''")}'`;

/** A query in its plainest spelling. */
const print = (query: Query): string => {
  if (query.kind === "not") return `not (${print(query.query)})`;
  if (query.kind !== "compare") return `(${print(query.left)}) ${query.kind} (${print(query.right)})`;
  const { subject, operator, values } = query;
  const name = subject.field === "attribute" ? `attribute:${subject.name}` : subject.field;
  if (operator === "in" || operator === "!in") return `${name} ${operator} [${values.map(quote).join(", ")}]`;
  return `${name} ${operator} ${values.map(quote).join("")}`;
};

/** Letters only, so that text and JavaScript's order agree with the language's. */
const word = fc.constantFrom("a", "b", "ab", "it's", "x y", "B");
const pattern = fc.constantFrom("a", "a.*", "[^a]+", "(a|b)b?", ".*b", "\\w+", "x\\sy", "");
const subject = fc.constantFrom<Subject>(
  { field: "attribute", name: "p" },
  { field: "attribute", name: "q.r-s" },
  { field: "task:group" },
  { field: "ec2InstanceId" },
  { field: "agentConnected" },
  { field: "runningTasksCount" },
);

const valueFor = ({ field }: Subject) => {
  if (field === "agentConnected") return fc.constantFrom("true", "false");
  return field === "runningTasksCount" ? fc.nat(20).map(String) : word;
};

const comparison: fc.Arbitrary<Query> = subject
  .chain((asked) => fc.tuple(fc.constant(asked), fc.constantFrom(...SUBJECTS[asked.field].operators)))
  .chain(([asked, operator]): fc.Arbitrary<Query> => {
    const compare = { kind: "compare" as const, subject: asked, operator };
    if (operator.endsWith("exists")) return fc.constant({ ...compare, values: [] });
    if (operator.endsWith("~"))
      return pattern.map((source) => ({ ...compare, values: [source], regex: parseRegex(source) }));
    const length = operator.endsWith("in") ? { minLength: 1, maxLength: 3 } : { minLength: 1, maxLength: 1 };
    return fc.array(valueFor(asked), length).map((values) => ({ ...compare, values }));
  });

const { query: anyQuery } = fc.letrec<{ query: Query }>((tie) => ({
  query: fc.oneof(
    { maxDepth: 4 },
    comparison,
    tie("query").map((query) => ({ kind: "not" as const, query })),
    fc.record(
      { kind: fc.constantFrom("and" as const, "or" as const), left: tie("query"), right: tie("query") },
      { noNullPrototype: true },
    ),
  ),
}));

const anyHost = fc
  .record({
    attributes: fc.dictionary(fc.constantFrom("p", "q.r-s"), word, { noNullPrototype: true }),
    groups: fc.uniqueArray(word),
    ec2InstanceId: word,
    connected: fc.boolean(),
    runningTasks: fc.nat(20),
  })
  .map(({ attributes, groups, ec2InstanceId, connected, runningTasks }) =>
    aHost("a", {
      attributes,
      ec2InstanceId,
      health: connected ? "CONNECTED" : "LOST",
      ledger: { groups: Object.fromEntries(groups.map((group) => [group, 1])), runningTasks },
    }),
  );

t.test("a printed query parses to itself", async () => {
  fc.assert(
    fc.property(
      anyQuery.filter((query) => print(query).length <= 2000),
      (query) => JSON.stringify(queryOf(print(query))) === JSON.stringify(query),
    ),
    { numRuns: 1000 },
  );
});

t.test("a query means what a plain reading of it means", async () => {
  fc.assert(
    fc.property(anyQuery, anyHost, (query, queried) => matchesQuery(query, queried) === naively(query, queried)),
    { numRuns: 2000 },
  );
});

t.test("a damaged query is refused at a place inside it, or read; it never throws", async () => {
  fc.assert(
    fc.property(anyQuery, fc.nat(), fc.string({ maxLength: 3 }), (query, cut, inserted) => {
      const text = print(query);
      const at = cut % (text.length + 1);
      const damaged = text.slice(0, at) + inserted + text.slice(at + 1);
      const parsed = parseQuery(damaged);
      return parsed.ok || (parsed.position >= 1 && parsed.position <= damaged.length + 1);
    }),
    { numRuns: 2000 },
  );
});

const { regex: anyRegex } = fc.letrec<{ regex: string }>((tie) => ({
  regex: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom("a", "b", ".", "[ab]", "[^a]", "\\w", "\\d", "\\.", "^", "$", "\\b", "-"),
    fc.tuple(tie("regex"), tie("regex")).map(([left, right]) => left + right),
    fc.tuple(tie("regex"), tie("regex")).map(([left, right]) => `(${left}|${right})`),
    fc
      .tuple(tie("regex"), fc.constantFrom("*", "+", "?", "{2}", "{1,}", "{0,2}", "*?"))
      .map(([one, many]) => `(?:${one})${many}`),
    tie("regex").map((ahead) => `(?=${ahead})`),
    tie("regex").map((ahead) => `(?!${ahead})`),
  ),
}));

t.test("a regular expression matches what JavaScript's own does where both mean the same", async () => {
  fc.assert(
    fc.property(anyRegex, fc.stringMatching(/^[ab1.-]{0,6}$/), (source, text) => {
      return matchesRegex(parseRegex(source), text) === new RegExp(`^(?:${source})$`).test(text);
    }),
    { numRuns: 3000 },
  );
});

t.test("case is ignored where the pattern begins with (?i)", async (t) => {
  t.ok(matchesRegex(parseRegex("(?i)us-EAST-[1a-c]+"), "US-east-1B"));
  t.notOk(matchesRegex(parseRegex("us-EAST-1"), "us-east-1"));
  t.notOk(matchesRegex(parseRegex("(?i)[^a]"), "A"));
});

t.test("patterns that make backtracking matchers hang are answered at once", async (t) => {
  const text = `${"a".repeat(254)}!`;
  const before = process.cpuUsage();
  for (const source of ["(a+)+", "(a|a)*", "(a*)*b", "(.*.*)*x", "(a?){100}a{100}", "((a*)*)*", "(.*a){12}b"]) {
    t.equal(matchesRegex(parseRegex(source), text), false, source);
  }
  t.ok(process.cpuUsage(before).user < 5e6, "in less than five CPU-seconds, where backtracking takes years");
});
