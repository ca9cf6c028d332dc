/** A network to be made on an engine: a bridge. Absent members leave the choice to it. */
export interface NetworkSpec {
  readonly name: string;
  readonly subnet?: string;
  /** The part of the subnet out of which containers get an address that ask for none. */
  readonly range?: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** A network as it is; `undefined` where the engine does not say. */
export type EngineNetwork = { readonly [Member in "subnet" | "range"]: string | undefined };
