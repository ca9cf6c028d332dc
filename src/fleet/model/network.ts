/** A network to be made on an engine: a bridge. Absent members leave the choice to it. */
export interface NetworkSpec {
  readonly name: string;
  readonly subnet?: string;
  /** The part of the subnet out of which containers get an address that ask for none. */
  readonly range?: string;
  /** Packets leave the engine's machine with the container's own address; else with the machine's. */
  readonly routed?: boolean;
  readonly labels: Readonly<Record<string, string>>;
}

/** A network as it is; `undefined` where the engine does not say. */
export interface EngineNetwork {
  readonly subnet: string | undefined;
  readonly range: string | undefined;
  readonly routed: boolean;
}
