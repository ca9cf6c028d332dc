import type { Door } from "./door.ts";
import type { EngineAddress } from "./host.ts";

/** The ways by which containers reach Berth: for metadata, the credentials of their role, and AWS's APIs. */
export interface TaskDoors {
  /**
   * Opens the way from a network of an engine, `10.42.7.0/24`, or from the engine's own: `host`. `undefined`: there is none, because the engine is
   * on another machine or this process may not; then it is logged, and containers are not told of a way.
   */
  open(engine: EngineAddress, from: string): Promise<Door | undefined>;
  /** The same, looked at again: a firewall may have been loaded anew, another control plane may have ended. */
  mend(engine: EngineAddress, from: string): Promise<Door | undefined>;
  /** Ways lead nowhere until the next control plane opens them. */
  close(): void;
}
