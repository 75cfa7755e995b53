// The relay queue's backup. Whether a write counts is decided in its own transaction: the lease must still be of the
// stamp's epoch, else *lease-lost* and nothing is written; within an epoch a change of an item gives way to a later
// stamp. So a former owner's late writes, and retries that come out of order, change nothing.
import type { Budget } from '../../base/budget.js';
import { Failure } from '../../base/failure.js';
import type { Log } from '../../base/log.js';
import type { TimeUuid } from '../../base/time-uuid.js';
import type { QueueStore, Settlement } from '../api/queue.js';
import {
  APPEND_BYTES,
  type DamagedItem,
  type Lease,
  type QueueId,
  type RecoveredItem,
  type RelayItem,
  type RelayState,
  type Slice,
  type SmallBody,
  type Stamp,
} from '../types.js';
import type { Environment } from './environment.js';
import { doneRow, encodeItem, isDone, withState } from './item-row.js';
import { itemKey, rangeOf, sliceKey } from './keys.js';
import type { EmbeddedLeases } from './leases.js';
import { pages } from './paging.js';
import { RecoveredRows } from './recovered-rows.js';
import { removeRange } from './range-removal.js';
import type { SliceTable } from './slices.js';
import { isAfter, readStamp } from './stamps.js';
import type { Table, TableEntry } from './table.js';

const RECOVER_PAGE = 1000;

export interface QueueTables {
  readonly items: Table;
  readonly bodies: Table;
}

export interface QueueParts {
  readonly environment: Environment;
  readonly leases: EmbeddedLeases;
  readonly slices: SliceTable;
  readonly tables: QueueTables;
  readonly log: Log;
}

export class EmbeddedQueue implements QueueStore {
  readonly leases: EmbeddedLeases;
  readonly #environment: Environment;
  readonly #slices: SliceTable;
  readonly #items: Table;
  readonly #bodies: Table;
  readonly #log: Log;

  constructor({ environment, leases, slices, tables, log }: QueueParts) {
    this.leases = leases;
    this.#environment = environment;
    this.#slices = slices;
    this.#items = tables.items;
    this.#bodies = tables.bodies;
    this.#log = log;
  }

  openSlice(slice: Slice, stamp: Stamp, budget: Budget): Promise<void> {
    return this.#environment.write('queue.open-slice', budget, () => {
      this.#slices.open(slice, this.#leaseOf(slice.queue, stamp), stamp);
    });
  }

  async append(slice: Slice, items: readonly RelayItem[], stamp: Stamp, budget: Budget): Promise<void> {
    const name = sliceKey(slice);
    const rows = items.map((item) => ({
      key: itemKey(name, item.id),
      row: encodeItem(item, stamp),
      body: item.body.kind === 'small' ? item.body.bytes : undefined,
    }));
    const bytes = rows.reduce((sum, { row, body }) => sum + row.length + (body?.length ?? 0), 0);
    if (bytes > APPEND_BYTES) {
      throw new Failure('group-too-large', `${bytes} bytes of queue items at once, at most ${APPEND_BYTES}`);
    }
    await this.#environment.write('queue.append', budget, () => {
      if (!this.#slices.open(slice, this.#leaseOf(slice.queue, stamp), stamp)) return;
      for (const { key, row, body } of rows) {
        if (!this.#isLater(stamp, key)) continue;
        this.#items.put(key, row);
        if (body !== undefined) this.#bodies.put(key, body);
      }
    });
  }

  settle(slice: Slice, { done, deferred }: Settlement, stamp: Stamp, budget: Budget): Promise<void> {
    const name = sliceKey(slice);
    return this.#environment.write('queue.settle', budget, () => {
      if (!this.#slices.takesWrites(slice, this.#leaseOf(slice.queue, stamp))) return;
      for (const id of done) this.#finish(itemKey(name, id), stamp);
      for (const { id, state } of deferred) this.#defer(itemKey(name, id), state, stamp);
    });
  }

  dropSlice(slice: Slice, stamp: Stamp, budget: Budget): Promise<void> {
    const range = rangeOf(sliceKey(slice));
    return this.#environment.write('queue.drop-slice', budget, () => {
      if (!this.#slices.takesWrites(slice, this.#leaseOf(slice.queue, stamp))) return;
      removeRange(this.#items, range);
      removeRange(this.#bodies, range);
      this.#slices.drop(slice, stamp);
    });
  }

  slices(queue: QueueId, budget: Budget): Promise<readonly Slice[]> {
    return this.#environment.read('queue.slices', budget, () => this.#slices.list(queue));
  }

  async *recover(
    slices: readonly Slice[],
    budget: Budget,
  ): AsyncGenerator<readonly (RecoveredItem | DamagedItem)[]> {
    for (const slice of slices) {
      const rows = new RecoveredRows(slice, this.#log);
      const walk = {
        statement: 'queue.recover',
        table: this.#items,
        range: rangeOf(sliceKey(slice)),
        pageSize: RECOVER_PAGE,
        read: (entry: TableEntry) => rows.read(entry),
      };
      yield* pages(this.#environment, walk, budget);
    }
  }

  readBody(slice: Slice, item: TimeUuid, budget: Budget): Promise<SmallBody> {
    return this.#environment.read('queue.read-body', budget, () => {
      const bytes = this.#bodies.get(itemKey(sliceKey(slice), item));
      if (bytes === undefined) throw new Failure('body-missing', `item ${item} has no body here`);
      return { kind: 'small', bytes };
    });
  }

  /** Part of a transaction: the lease under which this stamp was made, if it still stands. */
  #leaseOf(queue: QueueId, { epoch }: Stamp): Lease {
    const lease = this.leases.find(queue);
    if (lease?.epoch === epoch) return lease;
    const now = lease === undefined ? 'it has ended' : `${lease.owner} owns it in epoch ${lease.epoch}`;
    throw new Failure('lease-lost', `a write of epoch ${epoch} to queue ${queue}: ${now}`);
  }

  /** Than whatever the item's row was last changed by. */
  #isLater(stamp: Stamp, key: Uint8Array): boolean {
    const row = this.#items.get(key);
    return row === undefined || isAfter(stamp, readStamp(row));
  }

  /** Leaves its mark even where the item is not there (yet). */
  #finish(key: Uint8Array, stamp: Stamp): void {
    if (!this.#isLater(stamp, key)) return;
    this.#items.put(key, doneRow(stamp));
    this.#bodies.remove(key);
  }

  #defer(key: Uint8Array, state: RelayState, stamp: Stamp): void {
    const row = this.#items.get(key);
    if (row === undefined || isDone(row) || !isAfter(stamp, readStamp(row))) return;
    this.#items.put(key, withState(row, state, stamp));
  }
}
