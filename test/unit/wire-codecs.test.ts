import t from "tap";
import { decodeJson, encodeJson, PLAIN_JSON, REST_JSON } from "../../src/http/aws/json-codec.ts";
import { decodeForm } from "../../src/http/aws/query-codec.ts";
import { parseForm } from "../../src/http/aws/query-form.ts";
import type { Member, Shape, StructureShape } from "../../src/http/aws/shape.ts";
import { encodeXml } from "../../src/http/aws/xml-encode.ts";

const STRING: Shape = { kind: "string" };

const structure = (name: string, shapes: Record<string, Shape>, more: Partial<Member> = {}): StructureShape => {
  const members = Object.entries(shapes).map(
    ([name, shape]): Member => ({
      name,
      shape,
      required: false,
      jsonName: name,
      xmlName: name,
      binding: { in: "body" },
      ...more,
    }),
  );
  const memberByName = new Map(members.map((member) => [member.name, member]));
  return { kind: "structure", name, isUnion: false, members, memberByName };
};

const ignore = () => {};

t.test("a shape that contains itself is read to a depth no real input reaches, and no further", async (t) => {
  const members = new Map<string, Member>();
  const node: StructureShape = { kind: "structure", name: "Node", isUnion: false, members: [], memberByName: members };
  const next: Member = {
    name: "next",
    shape: node,
    required: false,
    jsonName: "next",
    xmlName: "next",
    binding: { in: "body" },
  };
  (node.members as Member[]).push(next);
  const nested = (depth: number): unknown => (depth === 0 ? {} : { next: nested(depth - 1) });
  t.ok(decodeJson(node, nested(60), PLAIN_JSON));
  t.throws(() => decodeJson(node, nested(5000), PLAIN_JSON), { code: "SerializationException" });
  t.throws(() => decodeForm(node, parseForm(`${"next.".repeat(5000)}a=1`)), { code: "SerializationException" });
});

t.test("a key named __proto__ is a key like any other", async (t) => {
  const shape = structure("S", {
    tags: { kind: "map", value: STRING, keyName: "key", valueName: "value", flattened: false },
  });
  const decoded = decodeJson(shape, JSON.parse('{"tags":{"__proto__":"a"}}'), PLAIN_JSON);
  t.same(Object.entries(decoded.tags as object), [["__proto__", "a"]]);
  t.equal(JSON.stringify(encodeJson(shape, decoded, PLAIN_JSON, ignore)), '{"tags":{"__proto__":"a"}}');
});

t.test("of a union exactly one member is set", async (t) => {
  const union = { ...structure("U", { a: STRING, b: STRING }), isUnion: true };
  t.same(decodeJson(union, { a: "x", c: "ignored" }, PLAIN_JSON), { a: "x" });
  for (const json of [{}, { c: "x" }, { a: "x", b: "y" }]) {
    t.throws(() => decodeJson(union, json, PLAIN_JSON), { code: "ValidationException" });
  }
});

t.test("jsonName counts in restJson only", async (t) => {
  const shape = structure("S", { a: STRING }, { jsonName: "b" });
  t.same(encodeJson(shape, { a: "x" }, REST_JSON, ignore), { b: "x" });
  t.same(encodeJson(shape, { a: "x" }, PLAIN_JSON, ignore), { a: "x" });
  t.same(decodeJson(shape, { b: "x" }, REST_JSON), { a: "x" });
});

t.test("timestamps are epoch seconds in JSON, with their fraction", async (t) => {
  const shape = structure("S", { at: { kind: "timestamp", format: undefined } });
  const at = new Date("2026-11-24T03:49:09.125Z");
  t.same(encodeJson(shape, { at }, PLAIN_JSON, ignore), { at: 1795492149.125 });
  t.same(decodeJson(shape, { at: 1795492149.125 }, PLAIN_JSON), { at });
  t.throws(() => decodeJson(shape, { at: "2026-11-24" }, PLAIN_JSON), { code: "SerializationException" });
  t.throws(() => decodeJson(shape, { at: 1e300 }, PLAIN_JSON), { code: "SerializationException" });
});

t.test("an output of the wrong type is our bug and says where", async (t) => {
  const shape = structure("S", {
    at: { kind: "timestamp", format: undefined },
    n: { kind: "number", isFraction: true },
  });
  t.throws(() => encodeJson(shape, { at: "now" }, PLAIN_JSON, ignore), /S.at is a timestamp .* answered a string/);
  t.throws(() => encodeXml(shape, { n: "1" }, ignore), /S.n is a number/);
});

t.test("flattened lists and maps repeat their own name", async (t) => {
  const list: Shape = { kind: "list", item: STRING, itemName: "member", flattened: true };
  const map: Shape = { kind: "map", value: STRING, keyName: "Name", valueName: "Value", flattened: true };
  const shape = structure("S", { L: list, M: map });
  const value = { L: ["a", "b"], M: { k: "v" } };
  t.equal(encodeXml(shape, value, ignore), "<L>a</L><L>b</L><M><Name>k</Name><Value>v</Value></M>");
  t.same(decodeForm(shape, parseForm("L.1=a&L.2=b&M.1.Name=k&M.1.Value=v")), value);
});

t.test("numbered fields count in their order, whatever the order they come in", async (t) => {
  const shape = structure("S", { L: { kind: "list", item: STRING, itemName: "member", flattened: false } });
  t.same(decodeForm(shape, parseForm("L.member.10=c&L.member.2=b&L.member.1=a")), { L: ["a", "b", "c"] });
  t.same(decodeForm(shape, parseForm("L=")), { L: [] });
});

t.test("what XML cannot carry does not break the document", async (t) => {
  t.equal(encodeXml(structure("S", { a: STRING }), { a: '<&>"\r\0' }, ignore), "<a>&lt;&amp;&gt;&quot;&#xD;\ufffd</a>");
});
