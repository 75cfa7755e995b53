// What the parts of the embedded store see of its engine: ordered tables of bytes. Writes are allowed inside
// `Environment.write` only, where they are seen by the reads after them; values are copies that stay valid.

export interface TableEntry {
  readonly key: Uint8Array;
  readonly value: Uint8Array;
}

/** From `start` on, up to but not including `end`. */
export interface KeyRange {
  readonly start: Uint8Array;
  readonly end: Uint8Array;
}

export interface Table {
  get(key: Uint8Array): Uint8Array | undefined;
  has(key: Uint8Array): boolean;
  put(key: Uint8Array, value: Uint8Array): void;
  remove(key: Uint8Array): void;
  /** The first `limit` entries of the range in order. */
  entries(range: KeyRange, limit: number): readonly TableEntry[];
  /** The first `limit` keys of the range in order; values are not touched. */
  keys(range: KeyRange, limit: number): readonly Uint8Array[];
}
