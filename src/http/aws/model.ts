import { enumMembers } from "./enum-members.ts";
import { type EnumOf, shapeReader } from "./read-shape.ts";
import type { StructureShape } from "./shape.ts";

/** An AWS protocol that Berth speaks. */
export type ProtocolName = "awsJson1_0" | "awsJson1_1" | "restJson1" | "awsQuery";

export interface OperationModel {
  readonly name: string;
  readonly input: StructureShape;
  readonly output: StructureShape;
  /** Only restJson operations have one: method, path with `{Label}`s and perhaps a fixed query, and the status of success. */
  readonly http: HttpTrait | undefined;
}

export interface HttpTrait {
  readonly method: string;
  readonly path: string;
  readonly status: number;
}

export interface ErrorModel {
  readonly name: string;
  readonly shape: StructureShape;
  readonly fault: "client" | "server";
  /** HTTP status, where the model gives one. */
  readonly status: number | undefined;
  /** What awsQuery calls it on the wire, where that differs from its name. */
  readonly queryCode: string | undefined;
}

/** All that the wire needs to know of a service, read from its SDK client. */
export interface ServiceModel {
  readonly serviceId: string;
  readonly signingName: string;
  readonly protocol: ProtocolName;
  /** `AmazonEC2ContainerServiceV20141113`: what stands before the operation in X-Amz-Target. */
  readonly targetPrefix: string;
  readonly apiVersion: string;
  readonly namespace: string;
  readonly xmlNamespace: string;
  readonly operations: ReadonlyMap<string, OperationModel>;
  readonly errors: ReadonlyMap<string, ErrorModel>;
}

const models = new WeakMap<object, ServiceModel>();

/** Reads an SDK client module (`import * as ecs from "@aws-sdk/client-ecs"`) once. Throws on a protocol Berth does not speak. */
export const modelOf = (module: object): ServiceModel => {
  const known = models.get(module);
  if (known) return known;
  const model = readModel(module);
  models.set(module, model);
  return model;
};

/** The operations of a model by AWS's names: what the AWS protocols, /api and its OpenAPI page are made from. */
export const operationsOf = (module: object): ReadonlyMap<string, OperationModel> => modelOf(module).operations;

/** As far as Berth reads a client's configuration: it tells the service's names and protocol. */
interface ClientConfig {
  readonly serviceId: string;
  readonly defaultSigningName: string;
  readonly protocol: { getShapeId(): string };
  readonly protocolSettings: {
    readonly defaultNamespace: string;
    readonly serviceTarget?: string;
    readonly version?: string;
    readonly xmlNamespace?: string;
  };
}

type ClientClass = new (options: object) => { readonly config: ClientConfig; destroy(): void };

const configOf = (module: object): ClientConfig => {
  const entry = Object.entries(module).find(([name, value]) => /^[A-Z]\w*Client$/.test(name) && isFunction(value));
  if (!entry) throw new Error("not the module of an AWS SDK client: it exports no XClient");
  // Never used to call anything: a client is the only place where the SDK tells these names.
  const credentials = { accessKeyId: "unused", secretAccessKey: "unused" };
  const client = new (entry[1] as ClientClass)({ region: "us-east-1", credentials });
  client.destroy();
  return client.config;
};

const isFunction = (value: unknown): boolean => typeof value === "function";

const PROTOCOLS: Readonly<Record<string, ProtocolName>> = {
  "aws.protocols#awsJson1_0": "awsJson1_0",
  "aws.protocols#awsJson1_1": "awsJson1_1",
  "aws.protocols#restJson1": "restJson1",
  "aws.protocols#awsQuery": "awsQuery",
};

// The kinds of the SDK's schema tuples: an operation, an error.
const OPERATION = 9;
const ERROR = -3;

const readModel = (module: object): ServiceModel => {
  const { serviceId, defaultSigningName, protocol, protocolSettings } = configOf(module);
  const spoken = PROTOCOLS[protocol.getShapeId()];
  if (!spoken) throw new Error(`${serviceId} speaks ${protocol.getShapeId()}, which Berth does not`);
  const structureOf = shapeReader(enumsOf(module, serviceId));
  const schemas = Object.values(module).filter(Array.isArray) as unknown as SchemaTuple[];
  const operations = schemas
    .filter(([kind]) => kind === OPERATION)
    .map(([, , name, traits, input, output]): OperationModel => {
      const [method, path, status] = traits.http ?? [];
      const http = method && path ? { method, path, status: status ?? 200 } : undefined;
      return { name, http, input: structureOf(input), output: structureOf(output) };
    });
  const errors = schemas
    .filter(([kind, , , traits]) => kind === ERROR && traits.error)
    .map((schema): ErrorModel => {
      const [, , name, { error, httpError, awsQueryError }] = schema;
      const fault = error === "server" ? "server" : "client";
      const [queryCode, queryStatus] = awsQueryError ?? [];
      return { name, fault, queryCode, status: httpError ?? queryStatus, shape: structureOf(schema) };
    });
  return {
    serviceId,
    signingName: defaultSigningName,
    protocol: spoken,
    targetPrefix: protocolSettings.serviceTarget ?? "",
    apiVersion: protocolSettings.version ?? "",
    namespace: protocolSettings.defaultNamespace,
    xmlNamespace: protocolSettings.xmlNamespace ?? "",
    operations: new Map(operations.map((operation) => [operation.name, operation])),
    errors: new Map(errors.map((error) => [error.name, error])),
  };
};

/** A schema as the SDK exports it: `[9, namespace, name, traits, input, output]`. */
type SchemaTuple = readonly [
  kind: number,
  namespace: string,
  name: string,
  traits: Traits,
  input: unknown,
  output: unknown,
];

interface Traits {
  readonly http?: readonly [method: string, path: string, status?: number];
  readonly error?: "client" | "server";
  readonly httpError?: number;
  readonly awsQueryError?: readonly [code: string, status: number];
}

/** Enums by structure and member: which enum comes from enum-members.ts, its values from the constant the SDK exports. */
const enumsOf = (module: object, serviceId: string): EnumOf => {
  const enumByMember = enumMembers(serviceId);
  const exported = module as Readonly<Record<string, Readonly<Record<string, string>> | undefined>>;
  return (structure, member) => {
    const name = enumByMember.get(`${structure}.${member}`);
    const constant = name === undefined ? undefined : exported[name];
    return constant && Object.values(constant);
  };
};
