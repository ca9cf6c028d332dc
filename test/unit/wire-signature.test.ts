import { createHash, createHmac } from "node:crypto";
import { SignatureV4 } from "@smithy/signature-v4";
import fc from "fast-check";
import t from "tap";
import { chunksOf, dataOf } from "../../src/http/aws/chunked-body.ts";
import { readClaim, timestampOf } from "../../src/http/aws/signature.ts";
import { type KnownCredentials, verify } from "../../src/http/aws/verify.ts";
import type { WireRequest } from "../../src/http/aws/wire.ts";

const KNOWN: KnownCredentials = { secretAccessKey: "s3cret/+", account: "1", principal: "arn" };
const NOW = Date.parse("2026-11-24T03:49:09Z");

class Sha256 {
  readonly hash;
  constructor(key?: string | ArrayBuffer | ArrayBufferView) {
    this.hash = key === undefined ? createHash("sha256") : createHmac("sha256", Buffer.from(key as Uint8Array));
  }
  update(data: Uint8Array) {
    this.hash.update(data);
  }
  async digest() {
    return new Uint8Array(this.hash.digest());
  }
  reset() {}
}

const signer = (known: KnownCredentials = KNOWN) =>
  new SignatureV4({
    service: "ecs",
    region: "eu-west-1",
    sha256: Sha256,
    credentials: {
      accessKeyId: "AK",
      secretAccessKey: known.secretAccessKey,
      ...(known.sessionToken === undefined ? {} : { sessionToken: known.sessionToken }),
    },
  });

interface Asked {
  readonly method: string;
  readonly segments: readonly string[];
  readonly query: Record<string, string | string[]>;
  readonly headers: Record<string, string>;
  readonly body: string;
}

const strictly = (text: string) =>
  encodeURIComponent(text).replace(/[!'()*]/g, (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`);

type Query = Record<string, string | string[] | null>;

const queryTextOf = (query: Query): string =>
  Object.entries(query)
    .flatMap(([name, value]) => (Array.isArray(value) ? value : [value]).map((one) => [name, one ?? ""] as const))
    .map(([name, value]) => `${strictly(name)}=${strictly(value)}`)
    .join("&");

const onTheWire = (
  signed: { method: string; path: string; query?: Query; headers: Record<string, string> },
  body: string,
): WireRequest => {
  const queryText = queryTextOf(signed.query ?? {});
  return {
    method: signed.method,
    path: signed.path,
    queryText,
    query: new URLSearchParams(queryText),
    headers: Object.fromEntries(Object.entries(signed.headers).map(([name, value]) => [name.toLowerCase(), value])),
    body: Buffer.from(body),
    remoteAddress: "127.0.0.1",
  };
};

const httpRequest = ({ method, segments, query, headers, body }: Asked) => ({
  method,
  protocol: "http:",
  hostname: "localhost",
  path: `/${segments.map(strictly).join("/")}`,
  query,
  headers: { host: "localhost:4566", ...headers },
  body,
});

const key = fc
  .string({ unit: "binary", minLength: 1, maxLength: 6 })
  .filter((one) => !/^x-amz-/i.test(one) && one !== "__proto__" && isWellFormed(one));
const text = fc.string({ unit: "binary", maxLength: 8 }).filter((one) => isWellFormed(one));
// encodeURIComponent throws on lone surrogates, which no client can send either.
const isWellFormed = (one: string) => !/[\ud800-\udfff]/.test(one.replace(/[\ud800-\udbff][\udc00-\udfff]/g, ""));
const headerText = fc.stringMatching(/^[\x20-\x7e\t]{0,12}$/);
const asked: fc.Arbitrary<Asked> = fc.record({
  method: fc.constantFrom("GET", "POST", "PUT", "DELETE"),
  segments: fc.array(fc.oneof(text, fc.constantFrom(".", "..", "")), { maxLength: 4 }),
  query: fc.dictionary(key, fc.oneof(text, fc.array(text, { minLength: 1, maxLength: 3 })), { maxKeys: 3 }),
  headers: fc.dictionary(fc.stringMatching(/^x-(amz|my)-[a-z]{1,4}$/), headerText, { maxKeys: 3 }),
  body: text,
});

const accepts = (request: WireRequest, known = KNOWN, now = NOW): Buffer =>
  verify(request, readClaim(request)!, known, now);
const MISMATCH = { code: "InvalidSignatureException", message: /does not match/ };

t.test("what AWS's signer signs is accepted, in the header and presigned", async () => {
  await fc.assert(
    fc.asyncProperty(asked, async (one) => {
      const signingDate = new Date(NOW);
      const signed = await signer().sign(httpRequest(one), { signingDate });
      if (accepts(onTheWire(signed, one.body)).toString() !== one.body) throw new Error("another body");
      const presigned = await signer().presign(httpRequest(one), { signingDate, expiresIn: 60 });
      accepts(onTheWire(presigned, one.body));
    }),
    { numRuns: 200 },
  );
});

t.test("one changed byte anywhere is refused", async (t) => {
  const one: Asked = {
    method: "POST",
    segments: ["a b"],
    query: { q: "1" },
    headers: { "x-amz-target": "A.B" },
    body: "{}",
  };
  const signed = await signer().sign(httpRequest(one), { signingDate: new Date(NOW) });
  const request = onTheWire(signed, one.body);
  accepts(request);
  const changed: [string, WireRequest][] = [
    ["method", { ...request, method: "PUT" }],
    ["path", { ...request, path: "/a%20c" }],
    ["query", { ...request, queryText: "q=2" }],
    ["added query", { ...request, queryText: "q=1&r=1" }],
    ["header", { ...request, headers: { ...request.headers, "x-amz-target": "A.C" } }],
    ["host", { ...request, headers: { ...request.headers, host: "elsewhere" } }],
    ["date", { ...request, headers: { ...request.headers, "x-amz-date": timestampOf(NOW + 1000) } }],
    ["body", { ...request, body: Buffer.from("{ }") }],
  ];
  for (const [what, forged] of changed) {
    t.throws(() => accepts(forged), { code: "InvalidSignatureException" }, what);
  }
  t.throws(() => accepts(request, { ...KNOWN, secretAccessKey: "other" }), MISMATCH, "another secret");
});

t.test("a header of AWS's that was not signed is refused", async (t) => {
  const one: Asked = { method: "POST", segments: [], query: {}, headers: {}, body: "" };
  const request = onTheWire(await signer().sign(httpRequest(one), { signingDate: new Date(NOW) }), "");
  const relayed = { ...request, headers: { ...request.headers, "x-amz-target": "A.B" } };
  t.throws(() => accepts(relayed), { message: /not signed: x-amz-target/ });
});

t.test("a signature holds for a quarter of an hour either way, and not a second longer", async (t) => {
  const one: Asked = { method: "POST", segments: [], query: {}, headers: {}, body: "" };
  const request = onTheWire(await signer().sign(httpRequest(one), { signingDate: new Date(NOW) }), "");
  const quarter = 15 * 60_000;
  accepts(request, KNOWN, NOW + quarter);
  accepts(request, KNOWN, NOW - quarter);
  t.throws(() => accepts(request, KNOWN, NOW + quarter + 1000), {
    code: "InvalidSignatureException",
    message: "Signature expired: 20261124T034909Z is now earlier than 20261124T034910Z (20261124T040410Z - 15 min.)",
  });
  t.throws(() => accepts(request, KNOWN, NOW - quarter - 1000), { message: /^Signature not yet current: / });
});

t.test("a presigned request holds as long as it says", async (t) => {
  const one: Asked = { method: "GET", segments: [], query: { Action: "GetCallerIdentity" }, headers: {}, body: "" };
  const presigned = await signer().presign(httpRequest(one), { signingDate: new Date(NOW), expiresIn: 3600 });
  const request = onTheWire(presigned, "");
  accepts(request, KNOWN, NOW + 3600_000);
  t.throws(() => accepts(request, KNOWN, NOW + 3601_000), { code: "RequestExpired", message: "Request has expired." });
  const longer = { ...request, queryText: request.queryText.replace("Expires=3600", "Expires=7200") };
  t.throws(() => accepts({ ...longer, query: new URLSearchParams(longer.queryText) }, KNOWN), MISMATCH);
  const endless = {
    ...request,
    query: new URLSearchParams(request.queryText.replace("Expires=3600", "Expires=604801")),
  };
  t.throws(() => readClaim(endless), { code: "IncompleteSignatureException" });
});

t.test("temporary credentials count with their token and until they expire", async (t) => {
  const known: KnownCredentials = { ...KNOWN, sessionToken: "token", expiresAt: NOW + 1000 };
  const one: Asked = { method: "POST", segments: [], query: {}, headers: {}, body: "" };
  const sign = async (with_: KnownCredentials) =>
    onTheWire(await signer(with_).sign(httpRequest(one), { signingDate: new Date(NOW) }), "");
  const request = await sign(known);
  accepts(request, known);
  t.throws(() => accepts(request, known, NOW + 1000), { code: "ExpiredTokenException" });
  const untrue = await sign({ ...known, sessionToken: "guess" });
  t.throws(() => accepts(untrue, known), { code: "UnrecognizedClientException" });
  const without = await sign(KNOWN);
  t.throws(() => accepts(without, known), { code: "UnrecognizedClientException" });
});

t.test("an unsigned payload is taken as declared", async (t) => {
  const one: Asked = {
    method: "POST",
    segments: [],
    query: {},
    headers: { "x-amz-content-sha256": "UNSIGNED-PAYLOAD" },
    body: "a",
  };
  const signed = await signer().sign(httpRequest(one), { signingDate: new Date(NOW) });
  t.equal(accepts(onTheWire(signed, "anything")).toString(), "anything");
});

t.test("an aws-chunked body arrives whole, and a chunk whose signature is not its own is refused", async (t) => {
  const marker = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD";
  const one: Asked = {
    method: "PUT",
    segments: ["x"],
    query: {},
    headers: { "x-amz-content-sha256": marker },
    body: "",
  };
  const signed = await signer().sign(httpRequest(one), { signingDate: new Date(NOW) });
  const sha256 = (data: string) => createHash("sha256").update(data).digest("hex");
  let previous = /Signature=(\w+)/.exec(signed.headers.authorization!)![1]!;
  const scope = "20261124/eu-west-1/ecs/aws4_request";
  const chunks: string[] = [];
  for (const data of ["hello ", "world", ""]) {
    const toSign = ["AWS4-HMAC-SHA256-PAYLOAD", "20261124T034909Z", scope, previous, sha256(""), sha256(data)].join(
      "\n",
    );
    previous = await signer().sign(toSign, { signingDate: new Date(NOW) });
    chunks.push(`${data.length.toString(16)};chunk-signature=${previous}\r\n${data}\r\n`);
  }
  t.equal(accepts(onTheWire(signed, chunks.join(""))).toString(), "hello world");
  t.throws(() => accepts(onTheWire(signed, chunks.join("").replace("world", "wor1d"))), {
    message: /chunk's signature/,
  });
  t.throws(() => accepts(onTheWire(signed, [chunks[1], chunks[0], chunks[2]].join(""))), {
    message: /chunk's signature/,
  });
  t.throws(() => accepts(onTheWire(signed, chunks.slice(0, 2).join(""))), { code: "SerializationException" });
});

t.test("chunks without signatures come apart too", async (t) => {
  t.equal(dataOf(chunksOf(Buffer.from("3\r\nabc\r\n0\r\nx-amz-checksum-crc32:AA==\r\n\r\n"))).toString(), "abc");
  for (const broken of ["", "zz\r\n", "5\r\nabc\r\n", "3\r\nabc"]) {
    t.throws(() => chunksOf(Buffer.from(broken)), { code: "SerializationException" }, JSON.stringify(broken));
  }
});
