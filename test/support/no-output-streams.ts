import type { OutputStreams } from "../../src/fleet/ports.ts";

/** Output that nobody but the fleet reads. */
export const noOutputStreams: OutputStreams = { open: async () => {}, kept: async () => new Set() };
