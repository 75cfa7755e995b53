// Large bodies in chunks, each a row; after the last one comes a row that says how many there are. It tells a whole body
// from one that was cut off, and from one whose first chunks a sweep took because the clock was a day ahead meanwhile:
// neither is ever held. Chunks of a body follow each other and bodies the order of their ids, oldest first, which is
// how the sweep goes through them. Reading takes one chunk per transaction, however slow its reader is.
import { Budget } from '../../base/budget.js';
import type { Timers } from '../../base/clock.js';
import { Failure } from '../../base/failure.js';
import type { Random } from '../../base/random.js';
import { rechunk } from '../../base/rechunk.js';
import { timelyStream } from '../../base/timely-stream.js';
import { timeOfIdMs, TimeUuidSource, type TimeUuid } from '../../base/time-uuid.js';
import type { BodyStore, SweepReport } from '../api/bodies.js';
import { assertStorable } from '../api/id-age.js';
import { CHUNK_BYTES, OLDEST_ID_MS, type HeldBody, type Holder, type LargeBody } from '../types.js';
import type { Environment } from './environment.js';
import {
  chunkKey,
  everything,
  holderKey,
  idKey,
  NUMBER_BYTES,
  rangeOf,
  readId,
  readNumber,
  writeNumber,
} from './keys.js';
import { removeRange } from './range-removal.js';
import type { KeyRange, Table } from './table.js';

/** Chunks of one body handed to the engine and not durable yet: with the last, 1 MiB of memory; enough to keep the disk busy. */
const WINDOW = 7;
/** Beyond the last chunk of any body. */
const END = 2 ** 40;
const NOTHING = Buffer.alloc(1);
/** For taking back what was written, beyond the time that was allowed for writing it: that is often used up by then. */
const TAKE_BACK_MS = 5_000;

export interface BodyTables {
  readonly chunks: Table;
  readonly holders: Table;
}

export class EmbeddedBodies implements BodyStore {
  readonly #environment: Environment;
  readonly #tables: BodyTables;
  readonly #timers: Timers;
  readonly #random: Random;

  constructor(environment: Environment, tables: BodyTables, timers: Timers, random: Random) {
    this.#environment = environment;
    this.#tables = tables;
    this.#timers = timers;
    this.#random = random;
  }

  async write(id: TimeUuid, stream: AsyncIterable<Uint8Array>, budget: Budget): Promise<LargeBody> {
    assertStorable(id, this.#environment.clock.wallMs());
    budget.assertRemains('bodies.write');
    try {
      return { kind: 'large', id, sizeBytes: await this.#writeChunks(id, stream, budget) };
    } catch (error) {
      await this.#takeBack(id);
      throw error;
    }
  }

  async hold(body: LargeBody, holders: readonly Holder[], budget: Budget): Promise<HeldBody> {
    if (holders.length === 0) throw new RangeError(`nobody is to hold the body ${body.id}`);
    assertStorable(body.id, this.#environment.clock.wallMs());
    return this.#environment.write('bodies.hold', budget, () => {
      if (!this.#isWhole(body.id)) throw missing(body.id);
      for (const holder of holders) this.#tables.holders.put(holderKey(body.id, holder), NOTHING);
      return body as HeldBody; // this is what makes it one
    });
  }

  async *read({ id, sizeBytes }: LargeBody, budget: Budget): AsyncGenerator<Uint8Array> {
    for (let n = 0; n * CHUNK_BYTES < sizeBytes || n === 0; n += 1) {
      const chunk = await this.#environment.read('bodies.read', budget, () => {
        if (!this.#hasEnd(id)) throw missing(id);
        return this.#tables.chunks.get(chunkKey(id, n));
      });
      if (chunk !== undefined) yield chunk;
      else if (sizeBytes > 0) throw missing(id);
    }
  }

  release({ id }: HeldBody, holders: readonly Holder[], budget: Budget): Promise<void> {
    return this.#environment.write('bodies.release', budget, () => this.letGo(id, holders));
  }

  /** Part of a transaction: these holders need the body no more; with the last one it goes. */
  letGo(id: TimeUuid, holders: readonly Holder[]): void {
    for (const holder of holders) this.#tables.holders.remove(holderKey(id, holder));
    if (!this.#isHeld(id)) this.#removeChunks(id);
  }

  discard({ id }: LargeBody, budget: Budget): Promise<void> {
    return this.#environment.write('bodies.discard', budget, () => this.#drop(id));
  }

  async sweep(budget: Budget): Promise<SweepReport> {
    budget.assertRemains('sweep message bodies');
    const start = await this.#sweepStart(budget);
    const removed =
      (await this.#sweepRange({ start, end: everything.end }, budget)) +
      (await this.#sweepRange({ start: everything.start, end: start }, budget));
    // Nothing is passed over: what fails for one body, a full disk or a closed store, fails for all.
    return { removed, skipped: 0, isComplete: !budget.isSpent() };
  }

  /** The row that ends a body goes with its last chunk: it counts for nothing while one before is missing. */
  async #writeChunks(id: TimeUuid, stream: AsyncIterable<Uint8Array>, budget: Budget): Promise<number> {
    const inFlight: Promise<void>[] = [];
    const put = (write: () => void): void => {
      const writing = this.#environment.write('bodies.write', budget, write);
      writing.catch(() => undefined); // heard below, in its turn
      inFlight.push(writing);
    };
    let last: Uint8Array | undefined;
    let count = 0;
    let sizeBytes = 0;
    try {
      for await (const chunk of rechunk(timelyStream(stream, budget, this.#timers), CHUNK_BYTES)) {
        if (inFlight.length === WINDOW) await inFlight.shift();
        if (last !== undefined) put(this.#chunk(id, count - 1, last));
        last = chunk;
        count += 1;
        sizeBytes += chunk.length;
      }
      const putLast = last === undefined ? undefined : this.#chunk(id, count - 1, last);
      put(() => {
        putLast?.();
        this.#tables.chunks.put(chunkKey(id, END), countRow(count));
      });
    } finally {
      await Promise.allSettled(inFlight); // what is on its way must arrive before it can be taken back
    }
    await Promise.all(inFlight);
    return sizeBytes;
  }

  #chunk(id: TimeUuid, n: number, bytes: Uint8Array): () => void {
    return () => this.#tables.chunks.put(chunkKey(id, n), bytes);
  }

  /** As far as that is possible now; the sweep does the rest. */
  async #takeBack(id: TimeUuid): Promise<void> {
    const budget = Budget.of(this.#environment.clock, TAKE_BACK_MS);
    try {
      await this.#environment.write('bodies.take-back', budget, () => this.#drop(id));
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
    }
  }

  /** Those in the range that are over a day old, as far as there is time; returns how many went. */
  async #sweepRange({ start, end }: KeyRange, budget: Budget): Promise<number> {
    let removed = 0;
    let range = { start, end };
    while (!budget.isSpent()) {
      const id = await this.#firstIn(range, budget);
      if (id === undefined || !this.#isOverADayOld(id)) break;
      removed += await this.#sweepOne(id, budget);
      range = { start: rangeOf(idKey(id)).end, end };
    }
    return removed;
  }

  /** A random moment between the oldest body and yesterday: no day's sweep leaves out what the one before had no time for. */
  async #sweepStart(budget: Budget): Promise<Uint8Array> {
    const oldest = await this.#firstIn(everything, budget);
    if (oldest === undefined) return everything.start;
    const [fromMs, toMs] = [timeOfIdMs(oldest), this.#environment.clock.wallMs() - OLDEST_ID_MS];
    const startMs = fromMs + this.#random.fraction() * Math.max(0, toMs - fromMs);
    const clock = { wallMs: () => startMs, monotonicMs: () => startMs };
    return idKey(new TimeUuidSource(clock, this.#random).next());
  }

  async #firstIn(range: KeyRange, budget: Budget): Promise<TimeUuid | undefined> {
    const [key] = await this.#environment.read('bodies.scan', budget, () =>
      this.#tables.chunks.keys(range, 1),
    );
    return key && readId(key, 0);
  }

  #sweepOne(id: TimeUuid, budget: Budget): Promise<number> {
    return this.#environment.write('bodies.sweep', budget, () => {
      if (this.#isHeld(id)) return 0;
      this.#removeChunks(id);
      return 1;
    });
  }

  #isWhole(id: TimeUuid): boolean {
    const end = this.#tables.chunks.get(chunkKey(id, END));
    if (end === undefined) return false;
    const count = readNumber(end, 0);
    const chunks = { start: idKey(id), end: chunkKey(id, END) };
    return this.#tables.chunks.keys(chunks, count + 1).length === count;
  }

  /** Enough to know of a body that is held: it was whole then, and goes all at once. */
  #hasEnd(id: TimeUuid): boolean {
    return this.#tables.chunks.has(chunkKey(id, END));
  }

  #isHeld(id: TimeUuid): boolean {
    return this.#tables.holders.keys(rangeOf(idKey(id)), 1).length > 0;
  }

  #isOverADayOld(id: TimeUuid): boolean {
    return this.#environment.clock.wallMs() - timeOfIdMs(id) > OLDEST_ID_MS;
  }

  #drop(id: TimeUuid): void {
    removeRange(this.#tables.holders, rangeOf(idKey(id)));
    this.#removeChunks(id);
  }

  #removeChunks(id: TimeUuid): void {
    removeRange(this.#tables.chunks, rangeOf(idKey(id)));
  }
}

function countRow(count: number): Uint8Array {
  const row = Buffer.alloc(NUMBER_BYTES);
  writeNumber(count, row, 0);
  return row;
}

function missing(id: TimeUuid): Failure {
  return new Failure('body-missing', `the body ${id} is not there`);
}
