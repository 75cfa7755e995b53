// The relay queue's rows: one partition per slice, an item and its small body in one mutation, every write and delete
// with its owner's stamp as timestamp. Nothing here reads what it has written but recovery and the fetch of a body.
// All at QUORUM or ALL: what is acknowledged must be there for whoever takes the queue over.
import type { Budget } from '../../base/budget.js';
import type { Clock } from '../../base/clock.js';
import { Failure } from '../../base/failure.js';
import type { Log } from '../../base/log.js';
import { readTogether } from '../../base/read-together.js';
import type { TimeUuid } from '../../base/time-uuid.js';
import type { LeaseStore, QueueStore, Settlement } from '../api/queue.js';
import { encodeEnvelope, encodeState } from '../relay-codec.js';
import {
  APPEND_BYTES,
  type DamagedItem,
  type QueueId,
  type RecoveredItem,
  type RelayItem,
  type Slice,
  type SmallBody,
  type Stamp,
} from '../types.js';
import { bytesColumn, numberColumn } from './columns.js';
import type { ControlLevels } from './consistency.js';
import { CassandraLeases, type LeaseParts } from './leases.js';
import { RecoveredRows } from './recovered-rows.js';
import { timestampOfStamp } from './relay-stamp.js';
import type { Query, Ring, Value } from './ring.js';

const PAGE_ROWS = 1000;
/** Measured on two cores: four readers bring twice the rows of one, more bring nothing. */
const READERS = 4;
const PAGES_AHEAD = 8;
/** About what a statement costs in its mutation besides its values. */
const STATEMENT_BYTES = 192;
const OF_SLICE = 'qid = ? AND epoch = ? AND slice = ?';

export class CassandraQueue implements QueueStore {
  readonly leases: LeaseStore;
  readonly #ring: Ring;
  readonly #levels: ControlLevels;
  readonly #clock: Clock;
  readonly #log: Log;

  constructor(parts: LeaseParts & { readonly clock: Clock; readonly log: Log }) {
    this.leases = new CassandraLeases(parts);
    this.#ring = parts.ring;
    this.#levels = parts.levels;
    this.#clock = parts.clock;
    this.#log = parts.log;
  }

  async openSlice(slice: Slice, stamp: Stamp, budget: Budget): Promise<void> {
    const query = {
      cql: 'INSERT INTO relay_slices (qid, epoch, slice, opened_at_ms) VALUES (?, ?, ?, ?) USING TIMESTAMP ?',
      values: [...keyOf(slice), Math.floor(this.#clock.wallMs()), timestampOfStamp(stamp)],
    };
    await this.#write('queue.open-slice', [query], budget);
  }

  async append(slice: Slice, items: readonly RelayItem[], stamp: Stamp, budget: Budget): Promise<void> {
    const timestamp = timestampOfStamp(stamp);
    const queries = items.flatMap((item) => [
      itemInsert(slice, item, timestamp),
      ...(item.body.kind === 'small' ? [bodyInsert(slice, item.id, item.body, timestamp)] : []),
    ]);
    await this.#write('queue.append', queries, budget);
  }

  async settle(slice: Slice, settlement: Settlement, stamp: Stamp, budget: Budget): Promise<void> {
    const timestamp = timestampOfStamp(stamp);
    const deletions = settlement.done.flatMap((id) => itemDeletions(slice, id, timestamp));
    // The state alone: docs/adr/0007-a-deferral-writes-the-state-only.md
    const replacements = settlement.deferred.map(({ id, state }) => ({
      cql: `UPDATE relay_items USING TIMESTAMP ? SET state = ? WHERE ${OF_SLICE} AND item = ?`,
      values: [timestamp, encodeState(state), ...keyOf(slice), id],
    }));
    await this.#write('queue.settle', [...deletions, ...replacements], budget);
  }

  /** The partitions first: a directory row without them is an empty slice, they without it would be lost mail. */
  async dropSlice(slice: Slice, stamp: Stamp, budget: Budget): Promise<void> {
    const timestamp = timestampOfStamp(stamp);
    const deletion = (table: string): Query => ({
      cql: `DELETE FROM ${table} USING TIMESTAMP ? WHERE ${OF_SLICE}`,
      values: [timestamp, ...keyOf(slice)],
    });
    await this.#write('queue.drop-slice', [deletion('relay_items'), deletion('relay_bodies')], budget);
    await this.#write('queue.forget-slice', [deletion('relay_slices')], budget);
  }

  async slices(queue: QueueId, budget: Budget): Promise<readonly Slice[]> {
    const query = { cql: 'SELECT epoch, slice FROM relay_slices WHERE qid = ?', values: [queue] };
    const rows = await this.#ring.read(
      { name: 'queue.slices', query, consistency: this.#levels.controlRead },
      budget,
    );
    return rows.map((row) => ({
      queue,
      epoch: numberColumn(row, 'epoch'),
      number: numberColumn(row, 'slice'),
    }));
  }

  recover(slices: readonly Slice[], budget: Budget): AsyncIterable<readonly (RecoveredItem | DamagedItem)[]> {
    return readTogether(slices, (slice) => this.#recoverSlice(slice, budget), {
      readers: READERS,
      ahead: PAGES_AHEAD,
    });
  }

  async readBody(slice: Slice, item: TimeUuid, budget: Budget): Promise<SmallBody> {
    const query = {
      cql: `SELECT bytes FROM relay_bodies WHERE ${OF_SLICE} AND item = ?`,
      values: [...keyOf(slice), item],
    };
    const [row] = await this.#ring.read(
      { name: 'queue.read-body', query, consistency: this.#levels.controlRead },
      budget,
    );
    if (row !== undefined) return { kind: 'small', bytes: bytesColumn(row, 'bytes') };
    throw new Failure('body-missing', `item ${item} of slice ${keyOf(slice).join('/')} has no body`);
  }

  async *#recoverSlice(
    slice: Slice,
    budget: Budget,
  ): AsyncGenerator<readonly (RecoveredItem | DamagedItem)[]> {
    const query = {
      cql: `SELECT ${RecoveredRows.columns} FROM relay_items WHERE ${OF_SLICE}`,
      values: keyOf(slice),
    };
    const request = {
      name: 'queue.recover',
      query,
      consistency: this.#levels.controlRead,
      pageSize: PAGE_ROWS,
    };
    const decoder = new RecoveredRows(slice, this.#log);
    for await (const rows of this.#ring.pages(request, budget)) {
      const items = decoder.items(rows);
      if (items.length > 0) yield items;
    }
  }

  /** One mutation: all statements are of one partition key. */
  async #write(name: string, queries: readonly Query[], budget: Budget): Promise<void> {
    const [first, ...others] = queries;
    if (first === undefined) return;
    assertFitsMutation(name, queries);
    await this.#ring.write(
      { name, queries: [first, ...others], consistency: this.#levels.control, isIdempotent: true },
      budget,
    );
  }
}

function keyOf(slice: Slice): readonly [QueueId, number, number] {
  return [slice.queue, slice.epoch, slice.number];
}

function itemInsert(slice: Slice, item: RelayItem, timestamp: bigint): Query {
  const { id, envelope, state, body } = item;
  const values = [...keyOf(slice), id, encodeEnvelope(envelope), encodeState(state)];
  return body.kind === 'small'
    ? {
        cql: 'INSERT INTO relay_items (qid, epoch, slice, item, envelope, state, body_size_bytes) VALUES (?, ?, ?, ?, ?, ?, ?) USING TIMESTAMP ?',
        values: [...values, body.bytes.length, timestamp],
      }
    : {
        cql: 'INSERT INTO relay_items (qid, epoch, slice, item, envelope, state, body_size_bytes, large_body) VALUES (?, ?, ?, ?, ?, ?, ?, ?) USING TIMESTAMP ?',
        values: [...values, body.sizeBytes, body.id, timestamp],
      };
}

function bodyInsert(slice: Slice, id: TimeUuid, body: SmallBody, timestamp: bigint): Query {
  return {
    cql: 'INSERT INTO relay_bodies (qid, epoch, slice, item, bytes) VALUES (?, ?, ?, ?, ?) USING TIMESTAMP ?',
    values: [...keyOf(slice), id, body.bytes, timestamp],
  };
}

function itemDeletions(slice: Slice, id: TimeUuid, timestamp: bigint): readonly Query[] {
  return ['relay_items', 'relay_bodies'].map((table) => ({
    cql: `DELETE FROM ${table} USING TIMESTAMP ? WHERE ${OF_SLICE} AND item = ?`,
    values: [timestamp, ...keyOf(slice), id],
  }));
}

function assertFitsMutation(name: string, queries: readonly Query[]): void {
  let bytes = 0;
  for (const { values } of queries) bytes += STATEMENT_BYTES + sizeOf(values);
  if (bytes <= APPEND_BYTES) return;
  throw new Failure(
    'group-too-large',
    `${name}: ${bytes} bytes in one write, at most ${APPEND_BYTES} are allowed`,
  );
}

function sizeOf(values: readonly Value[]): number {
  let bytes = 0;
  for (const value of values) {
    if (typeof value === 'string') bytes += Buffer.byteLength(value);
    else bytes += value instanceof Uint8Array ? value.length : 8;
  }
  return bytes;
}
