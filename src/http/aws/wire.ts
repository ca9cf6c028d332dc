import type { IncomingHttpHeaders } from "node:http";

/** A request as the wire brought it, before anybody knows whose it is. */
export interface WireRequest {
  readonly method: string;
  /** Path as sent, still percent-encoded, without the query. */
  readonly path: string;
  /** What stands after the question mark, as sent. */
  readonly queryText: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  /** The peer's address, as the socket tells it. */
  readonly remoteAddress: string;
}

/** An answer ready to be sent. */
export interface WireResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
}

/** A header's text; repeated headers are joined as node joins them. */
export const headerOf = ({ headers }: Pick<WireRequest, "headers">, name: string): string | undefined => {
  const value = headers[name];
  return Array.isArray(value) ? value.join(", ") : value;
};
