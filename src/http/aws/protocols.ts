import { SerializationException } from "./bad-input.ts";
import { errorJson, errorXml } from "./error-body.ts";
import type { SaidError } from "./errors.ts";
import { decodeJson, encodeJson, type OnUnknownMember, PLAIN_JSON, REST_JSON } from "./json-codec.ts";
import type { OperationModel, ProtocolName, ServiceModel } from "./model.ts";
import { decodeForm } from "./query-codec.ts";
import { type FormNode, parseForm } from "./query-form.ts";
import { decodeRest, parseJsonBody } from "./rest-decode.ts";
import { encodeRest } from "./rest-encode.ts";
import type { WireRequest, WireResponse } from "./wire.ts";
import { encodeXml } from "./xml-encode.ts";

/** What one request carried, beside its text: what finding the operation already took apart. */
export interface Asked {
  readonly request: WireRequest;
  readonly labels: Readonly<Record<string, string | undefined>>;
  readonly form: FormNode | undefined;
}

/** One AWS protocol: how input, output and errors stand on the wire. */
export interface Protocol {
  decode(operation: OperationModel, asked: Asked): Record<string, unknown>;
  encode(answer: Answer, onUnknownMember: OnUnknownMember): WireResponse;
  sayError(error: SaidError, service: ServiceModel | undefined, requestId: string): WireResponse;
}

export interface Answer {
  readonly service: ServiceModel;
  readonly operation: OperationModel;
  readonly output: object;
  readonly requestId: string;
}

const awsJson = (version: "1.0" | "1.1"): Protocol => {
  const headers = { "content-type": `application/x-amz-json-${version}` };
  return {
    decode: ({ input }, { request }) => decodeJson(input, parseJsonBody(request.body), PLAIN_JSON),
    encode: ({ operation, output }, onUnknownMember) => ({
      status: 200,
      headers,
      body: JSON.stringify(encodeJson(operation.output, output, PLAIN_JSON, onUnknownMember)),
    }),
    sayError: (error, service) => ({
      status: error.status,
      headers: { ...headers, "x-amzn-errortype": error.code },
      body: JSON.stringify({ __type: typeName(version, error, service), ...errorJson(error, PLAIN_JSON) }),
    }),
  };
};

// Version 1.0 names the namespace too.
const typeName = (version: string, { code }: SaidError, service: ServiceModel | undefined): string =>
  version === "1.0" && service ? `${service.namespace}#${code}` : code;

const restJson: Protocol = {
  decode({ input, http }, { request, labels }) {
    if (!http) throw new SerializationException("The operation has no path.");
    return decodeRest(input, { ...request, labels });
  },
  encode: ({ operation, output }, onUnknownMember) => encodeRest(operation, output, onUnknownMember),
  sayError: (error) => ({
    status: error.status,
    headers: { "content-type": "application/json", "x-amzn-errortype": error.code },
    body: JSON.stringify(errorJson(error, REST_JSON)),
  }),
};

const XML = { "content-type": "text/xml" };

const awsQuery: Protocol = {
  decode: ({ input }, { form, request }) => decodeForm(input, form ?? parseForm(request.queryText)),
  encode({ service, operation, output, requestId }, onUnknownMember) {
    const { name } = operation;
    const result = `<${name}Result>${encodeXml(operation.output, output, onUnknownMember)}</${name}Result>`;
    const metadata = `<ResponseMetadata><RequestId>${requestId}</RequestId></ResponseMetadata>`;
    const body = `<${name}Response xmlns="${service.xmlNamespace}">${result}${metadata}</${name}Response>`;
    return { status: 200, headers: XML, body };
  },
  sayError: (error, service, requestId) => ({
    status: error.status,
    headers: XML,
    body: errorXml(error, service, requestId),
  }),
};

/** The protocols Berth speaks. */
export const PROTOCOLS: Readonly<Record<ProtocolName, Protocol>> = {
  awsJson1_0: awsJson("1.0"),
  awsJson1_1: awsJson("1.1"),
  restJson1: restJson,
  awsQuery,
};

/** The protocol in which to answer a request that no served service claims, by what its sender evidently speaks. */
export const guessProtocol = ({ headers, query }: WireRequest): ProtocolName => {
  const contentType = headers["content-type"] ?? "";
  if (contentType.startsWith("application/x-amz-json-1.0")) return "awsJson1_0";
  if (contentType.startsWith("application/x-amz-json") || headers["x-amz-target"] !== undefined) return "awsJson1_1";
  if (contentType.startsWith("application/x-www-form-urlencoded") || query.has("Action")) return "awsQuery";
  return "restJson1";
};
