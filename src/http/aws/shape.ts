/**
 * AWS's shapes as plain data, read once from the SDK's schemas (see read-shape.ts). Codecs, routes and the OpenAPI page
 * are tables over `kind`.
 */
export type Shape =
  | StringShape
  | TimestampShape
  | BlobShape
  | ListShape
  | MapShape
  | StructureShape
  | { readonly kind: "boolean" }
  | { readonly kind: "number"; readonly isFraction: boolean }
  | { readonly kind: "bigInteger" }
  /** Any JSON. */
  | { readonly kind: "document" };

export interface StringShape {
  readonly kind: "string";
  /** The values AWS accepts, where the member is an enum. */
  readonly oneOf?: readonly string[];
}

/** `undefined`: the default of the protocol and of the place it stands in. */
export type TimestampFormat = "date-time" | "http-date" | "epoch-seconds" | undefined;

export interface TimestampShape {
  readonly kind: "timestamp";
  readonly format: TimestampFormat;
}

export interface BlobShape {
  readonly kind: "blob";
}

export interface ListShape {
  readonly kind: "list";
  readonly item: Shape;
  /** In XML and query strings an item's name, `member` unless the model says otherwise. */
  readonly itemName: string;
  readonly flattened: boolean;
}

export interface MapShape {
  readonly kind: "map";
  readonly value: Shape;
  readonly keyName: string;
  readonly valueName: string;
  readonly flattened: boolean;
}

export interface StructureShape {
  readonly kind: "structure";
  readonly name: string;
  /** Of a union exactly one member is set. */
  readonly isUnion: boolean;
  readonly members: readonly Member[];
  readonly memberByName: ReadonlyMap<string, Member>;
}

export interface Member {
  readonly name: string;
  readonly required: boolean;
  readonly shape: Shape;
  /** Its name in restJson bodies, where that differs. */
  readonly jsonName: string;
  /** Its name in XML and in query forms. */
  readonly xmlName: string;
  /** Where restJson puts it; in the body unless said. */
  readonly binding: Binding;
}

export type Binding =
  | { readonly in: "body" | "label" | "payload" | "status" | "queryParams" }
  | { readonly in: "query" | "header" | "prefixHeaders"; readonly as: string };

/** What an operation without input or output has. */
export const EMPTY_STRUCTURE: StructureShape = {
  kind: "structure",
  name: "Unit",
  isUnion: false,
  members: [],
  memberByName: new Map(),
};
