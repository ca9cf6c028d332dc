import { EngineError, EngineUnreachableError } from "../../fleet/ports.ts";

interface ModemError extends Error {
  readonly statusCode?: number;
  readonly json?: { readonly message?: string } | null;
}

// docker-modem frames Docker's words: `(HTTP code 404) unexpected - No such container: x `.
const FRAME = /^\(HTTP code \d+\) \w+ - ([\s\S]*?)\s*$/;

/** Docker's own words out of what docker-modem throws. */
const dockerMessage = ({ json, message }: ModemError): string => json?.message ?? FRAME.exec(message)?.[1] ?? message;

/** What docker-modem threw, as ours: with a status the engine refused, without one it was not there. */
export const asEngineFailure = (address: string, error: unknown): Error => {
  if (error instanceof EngineError || error instanceof EngineUnreachableError) return error;
  const thrown = error as ModemError;
  if (thrown.statusCode !== undefined)
    return new EngineError(thrown.statusCode, dockerMessage(thrown), { cause: error });
  return new EngineUnreachableError(`${address} cannot be reached: ${thrown.message}`, { cause: error });
};
