/** A document as it is kept: its id, what it says, and a version that grows by one with every replacement. */
export interface Stored<T> {
  readonly id: string;
  readonly value: T;
  readonly version: number;
}

/** A document as whoever acts on it knows it: the act is done only while it is of that version, and makes the version one more. */
export interface RecordVersion {
  /** As in the change feed: `service`. */
  readonly kind: string;
  readonly id: string;
  readonly version: number;
}

/**
 * Documents of one kind (clusters, task definitions, settings), versioned and found by terms. Every change writes one entry of the
 * change feed, of this kind: `created`, `replaced`, `removed`. Ids and terms are any non-empty strings, their form is the caller's.
 */
export interface RecordStore<T> {
  /** Answers in the order asked; `undefined` where there is none of that id. */
  get(ids: readonly string[]): Promise<(Stored<T> | undefined)[]>;
  /** `undefined`: one of that id exists already, and is left as it is. */
  create(id: string, value: T, terms?: readonly string[]): Promise<Stored<T> | undefined>;
  /**
   * Makes a numbered document: its id is `prefix` and the next number, in ten digits so that ids sort as numbers do
   * (`numberedId`). The counter of a prefix starts at 1 and never goes back, whatever is removed.
   */
  createNext(prefix: string, value: T, terms?: readonly string[]): Promise<Stored<T> & { readonly number: number }>;
  /** Replaces value and terms. `undefined`: another version, or gone. */
  replace(id: string, version: number, value: T, terms?: readonly string[]): Promise<Stored<T> | undefined>;
  /** `false`: gone already, or not of that version. */
  remove(id: string, version?: number): Promise<boolean>;
  /** Ids that bear all the terms, in lexical order; no terms means every id. */
  find(terms: readonly string[]): Promise<string[]>;
}

/** The id of a numbered document: `web:` and 12 make `web:0000000012`. */
export const numberedId = (prefix: string, number: number): string => `${prefix}${String(number).padStart(10, "0")}`;
