import { CliError } from "../failure.ts";

/** What usually helps where an engine failed with such words. */
export interface Advice {
  readonly when: RegExp;
  readonly hint: string;
}

/** The same, with advice to a failure that it is for. */
export async function* advised<Message>(
  messages: AsyncIterable<Message>,
  { when, hint }: Advice,
): AsyncIterable<Message> {
  try {
    yield* messages;
  } catch (error) {
    const { message } = error as Error;
    throw error instanceof CliError && when.test(message) ? new CliError(message, { hint }) : error;
  }
}
