import { ClientException } from "./errors.ts";

/** Where a list goes on: at the store's cursor, behind so many entries that were looked at already. */
export interface Position {
  readonly cursor?: string;
  readonly skip: number;
}

/** A position as a token that says nothing to its reader. */
export const pageToken = ({ cursor = "", skip }: Position): string =>
  Buffer.from(JSON.stringify(["jobs", cursor, skip])).toString("base64url");

/** The position of a token, the beginning where there is none. Throws ClientException for what is no token of ours. */
export const readPageToken = (token: string | undefined): Position => {
  if (token === undefined) return { skip: 0 };
  try {
    const parsed: unknown = JSON.parse(Buffer.from(token, "base64url").toString());
    if (Array.isArray(parsed) && parsed[0] === "jobs" && typeof parsed[1] === "string" && Number.isInteger(parsed[2]))
      return { ...(parsed[1] !== "" && { cursor: parsed[1] }), skip: parsed[2] };
  } catch {
    // Falls through: it is no token of ours.
  }
  throw new ClientException("Invalid nextToken.");
};
