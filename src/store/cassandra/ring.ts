// What the Cassandra store asks of a ring: the narrow waist between mail words and the driver. Each request has a name
// (for metrics and taps), a consistency level and a time budget, and ends in rows, in a decided condition, or in a
// Failure whose kind is right: a write that timed out is *uncertain*, never *temporary*.
import type { Budget } from '../../base/budget.js';

export type ConsistencyLevel =
  'ONE' | 'TWO' | 'THREE' | 'QUORUM' | 'ALL' | 'LOCAL_ONE' | 'LOCAL_QUORUM' | 'EACH_QUORUM';

/** Text for text, uuid and timeuuid; number for int; number or bigint for bigint; never null. */
export type Value = string | number | bigint | boolean | Uint8Array | readonly string[];

export interface Query {
  /** Constant text with `?`, since it is prepared once and kept; tables of ours by their bare names. */
  readonly cql: string;
  readonly values: readonly Value[];
}

/**
 * A column holds what its type says; null where it was never written. bigint columns come as numbers when exact, else
 * as bigints; uuids as lower-case text; blobs as Buffers.
 */
export type Row = Readonly<Record<string, unknown>>;

export interface ReadRequest {
  readonly name: string;
  readonly query: Query;
  readonly consistency: ConsistencyLevel;
  /** For what may as well be done another day: the first failure is the answer. */
  readonly isTriedOnce?: true;
}

export interface WriteRequest {
  readonly name: string;
  /** Several: all of one partition key, sent as one batch, which is one mutation. Timestamps stand in the CQL. */
  readonly queries: readonly [Query, ...(readonly Query[])];
  readonly consistency: ConsistencyLevel;
  /** All our plain writes carry explicit timestamps and may be sent again; say so only where that holds. */
  readonly isIdempotent: boolean;
}

export interface ConditionalRequest {
  readonly name: string;
  /** Several: a batch in one partition; its conditions hold together. */
  readonly queries: readonly [Query, ...(readonly Query[])];
}

export interface Verdict {
  readonly isApplied: boolean;
  /** The row that stood in the way, where there was one. */
  readonly found: Row | undefined;
}

export interface Ring {
  /** All rows; for results known to be small. */
  read(request: ReadRequest, budget: Budget): Promise<readonly Row[]>;

  /** Page after page, the next one fetched while this one is looked at. */
  pages(request: ReadRequest & { readonly pageSize: number }, budget: Budget): AsyncIterable<readonly Row[]>;

  write(request: WriteRequest, budget: Budget): Promise<void>;

  /**
   * A lightweight transaction: SERIAL, commit at QUORUM (or ALL). Fails with *store-cas-uncertain* when its outcome is
   * not known: then read with `readSerial`, which settles it, and decide.
   */
  change(request: ConditionalRequest, budget: Budget): Promise<Verdict>;

  readSerial(request: Omit<ReadRequest, 'consistency'>, budget: Budget): Promise<readonly Row[]>;
}
