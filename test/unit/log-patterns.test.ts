import fc from "fast-check";
import t from "tap";
import { readPattern } from "../../src/logs/model/pattern/read-pattern.ts";

// CloudWatch Logs' filter patterns, by the examples of AWS's guide "Filter pattern syntax".

const matching = (pattern: string, messages: readonly string[]): string[] => messages.filter(readPattern(pattern));

t.test("terms are all wanted, in their very case; phrases stand in quotes", async (t) => {
  const messages = [
    "[ERROR 400] BAD REQUEST",
    "[ERROR 401] UNAUTHORIZED REQUEST",
    "[ERROR 419] MISSING ARGUMENTS",
    "[WARN 420] INVALID ARGUMENTS",
    'said "no"',
  ];
  const expected: Record<string, readonly number[]> = {
    "": [0, 1, 2, 3, 4],
    ERROR: [0, 1, 2],
    error: [],
    "ERROR ARGUMENTS": [2],
    '"INVALID ARGUMENTS"': [3],
    "?ERROR ?WARN": [0, 1, 2, 3],
    "ERROR -ARGUMENTS": [0, 1],
    "-ERROR": [3, 4],
    '-"BAD REQUEST" ERROR': [1, 2],
    "?WARN ERROR": [0, 1, 2],
    '"said \\"no"': [4],
  };
  for (const [pattern, indexes] of Object.entries(expected))
    t.same(
      matching(pattern, messages),
      indexes.map((index) => messages[index]),
      pattern,
    );
});

t.test("fields are split at spaces, but for quotes and brackets", async (t) => {
  const line = (status: number, bytes: number) =>
    `127.0.0.1 Prod frank [10/Oct/2000:13:25:15 -0700] "GET /index.html HTTP/1.0" ${status} ${bytes}`;
  const messages = [line(404, 1534), line(200, 99), line(419, 5324), "only three words"];
  const expected: Record<string, readonly number[]> = {
    "[ip, id, user, timestamp, request, status_code, size]": [0, 1, 2],
    "[ip, id, user, timestamp, request = *.html*, status_code = 4*, size]": [0, 2],
    "[..., status_code = 4*, bytes > 2000]": [2],
    "[ip, ..., bytes]": [0, 1, 2, 3],
    "[ip = 127*, user != frank*, ...]": [0, 1, 2],
    "[..., status = 404 || status = 419, bytes]": [0, 2],
    "[..., status >= 400 && status < 410, bytes]": [0],
    '[..., request = "GET /index.html HTTP/1.0", status, bytes = 99]': [1],
    "[a, b, c]": [3],
    "[a, b, c, ...]": [0, 1, 2, 3],
  };
  for (const [pattern, indexes] of Object.entries(expected))
    t.same(
      matching(pattern, messages),
      indexes.map((index) => messages[index]),
      pattern,
    );
});

t.test("selectors ask what a JSON message has", async (t) => {
  const event = JSON.stringify({
    eventType: "UpdateTrail",
    sourceIPAddress: "111.111.111.111",
    arrayKey: ["value", "another value"],
    objectList: [
      { name: "a", id: 1 },
      { name: "b", id: 2 },
    ],
    SomeObject: null,
    cluster: { "c.name": "c" },
    isReady: true,
    latency: 1.5e3,
    code: "404",
  });
  const yes = [
    '{ $.eventType = "UpdateTrail" }',
    "{ $.eventType = Update* }",
    '{ $.sourceIPAddress != "123.123.*" }',
    '{ $.arrayKey[0] = "value" }',
    '{ $.arrayKey[*] = "another*" }',
    "{ $.objectList[*].id = 2 }",
    "{ $.objectList[1].name = b }",
    '{ $.cluster["c.name"] = "c" }',
    "{ $.SomeObject IS NULL }",
    "{ $.SomeOtherObject NOT EXISTS }",
    "{ $.isReady IS TRUE }",
    "{ $.latency = 1500 }",
    "{ $.latency >= 1.5e3 && $.code = 404 }",
    '{ ($.latency < 10 || $.eventType = "Up*l") && $.isReady IS TRUE }',
    '{ $.a = 1 && $.b = 2 || $.code = "404" }',
  ];
  const no = [
    '{ $.eventType = "updatetrail" }',
    '{ $.missing != "x" }',
    "{ $.latency > 1500 }",
    "{ $.eventType > 1 }",
    "{ $.isReady IS FALSE }",
    "{ $.eventType IS NULL }",
    "{ $.a = 1 && ($.b = 2 || $.code = 404) }",
    "{ $.arrayKey = value }",
  ];
  for (const pattern of yes) t.ok(readPattern(pattern)(event), pattern);
  for (const pattern of no) t.notOk(readPattern(pattern)(event), pattern);
  t.notOk(readPattern("{ $.a NOT EXISTS }")("plain text"), "a message that is no JSON");
});

t.test("what is no pattern, or is not built, is refused with a reason", async (t) => {
  const refused: Record<string, RegExp> = {
    "a-b": /Invalid character\(s\) in term 'a-b'/,
    'ERROR "open': /quotation mark/,
    "%[0-9]+%": /regular expressions \(%…%\) are not built/,
    "{ $.a = %x% }": /regular expressions/,
    "[a, b": /'\]' is expected/,
    "[a, ..., b, ...]": /more than one ellipsis/,
    "[a = 1 || b = 2]": /parted by commas/,
    "{ $.a }": /a comparison/,
    "{ a = 1 }": /'\$' is expected/,
    "{ $.a = 1 } x": /nothing is expected/,
    "{ $.a > x }": /compares with a number/,
    "{ ($.a = 1 }": /'\)' is expected/,
    [`"${"x".repeat(1_030)}"`]: /length less than or equal to 1024/,
  };
  for (const [pattern, message] of Object.entries(refused))
    t.throws(() => readPattern(pattern), { code: "InvalidParameterException", message }, pattern.slice(0, 30));
});

t.test("whatever text comes, it is read as a pattern or refused as AWS refuses it", async () => {
  const words = fc.constantFrom(
    "$.a",
    "=",
    "!=",
    "{",
    "}",
    "[",
    "]",
    ",",
    "...",
    "&&",
    "||",
    "(",
    ")",
    '"x"',
    "*",
    "?",
    "-",
    "IS NULL",
    "1",
  );
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.array(words).map((some) => some.join(" ")),
      ),
      fc.oneof(fc.string(), fc.json()),
      (pattern, message) => {
        try {
          readPattern(pattern)(message);
        } catch (error) {
          return (error as { code?: string }).code === "InvalidParameterException";
        }
        return true;
      },
    ),
    { numRuns: 2_000 },
  );
});
