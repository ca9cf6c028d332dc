import { StoreUnavailableError } from "../../kernel/errors.ts";

/** The store is there but must not be used: too old, evicting, another installation's. The message is for people. */
export class StoreRefusedError extends Error {
  override readonly name = "StoreRefusedError";
}

/** A record that is not what a move would have written: a bug, or a foreign hand. */
export class BrokenRecordError extends Error {
  override readonly name = "BrokenRecordError";

  constructor(key: string, reason: string, options?: ErrorOptions) {
    super(`Redis key ${key} holds no record that Berth wrote: ${reason}`, options);
  }
}

const SIGNS_OF_ABSENCE =
  /max retries per request|Connection is closed|Stream isn't writeable|Command timed out|ECONN|ENOENT|EPIPE|ETIMEDOUT|^LOADING|^MISCONF|^READONLY/;

/** Passes an answer of Redis on; one that never came is a StoreUnavailableError. */
export const answered = <T>(answer: Promise<T>): Promise<T> =>
  answer.catch((error: unknown) => {
    // The driver hangs the whole command on it: a task's environment would stand in the log.
    if (error instanceof Error) Reflect.deleteProperty(error, "command");
    if (!(error instanceof Error) || !SIGNS_OF_ABSENCE.test(error.message)) throw error;
    throw new StoreUnavailableError({ cause: error });
  });
