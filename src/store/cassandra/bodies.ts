// Large bodies on the ring: chunks first, then all holders in one mutation; on the way out holders first, then, once no
// replica knows of any, the chunks. What cannot be removed now is left for the sweep and said in the log: a chunk too
// many is no harm, one too few is lost mail.
import { Budget } from '../../base/budget.js';
import type { Clock, Timers } from '../../base/clock.js';
import { Failure } from '../../base/failure.js';
import type { Log } from '../../base/log.js';
import type { Random } from '../../base/random.js';
import { rechunk } from '../../base/rechunk.js';
import { readAhead, sideBySide } from '../../base/side-by-side.js';
import { timelyStream } from '../../base/timely-stream.js';
import type { TimeUuid } from '../../base/time-uuid.js';
import type { BodyStore, SweepReport } from '../api/bodies.js';
import { assertStorable } from '../api/id-age.js';
import { CHUNK_BYTES, type HeldBody, type Holder, type LargeBody } from '../types.js';
import { BodyChunks, chunkCountOf, type Chunk } from './body-chunks.js';
import { BodyHolders } from './body-holders.js';
import { BodySweep, type BodySweepParts } from './body-sweep.js';
import type { TrustedClock } from './clock-guard.js';
import type { Levels } from './consistency.js';
import type { Ring } from './ring.js';
import { removalMicros, WriteStamps } from './write-stamps.js';

export interface BodiesOptions {
  readonly ring: Ring;
  readonly levels: Levels;
  readonly clock: Clock;
  readonly trustedClock: TrustedClock;
  readonly timers: Timers;
  readonly random: Random;
  readonly log: Log;
}

/** Of one body: half a mebibyte in memory keeps the ring busy. */
const CHUNKS_AT_ONCE = 4;
/** For removing what was written of a body that came to nothing. */
const CLEAN_UP_MS = 5_000;

export class CassandraBodies implements BodyStore {
  readonly #clock: Clock;
  readonly #trustedClock: TrustedClock;
  readonly #timers: Timers;
  readonly #log: Log;
  readonly #chunks: BodyChunks;
  readonly #holders: BodyHolders;
  readonly #sweepParts: BodySweepParts;
  readonly #stamps = new WriteStamps();

  constructor({ ring, levels, clock, trustedClock, timers, random, log }: BodiesOptions) {
    this.#clock = clock;
    this.#trustedClock = trustedClock;
    this.#timers = timers;
    this.#log = log;
    this.#chunks = new BodyChunks(ring, levels);
    this.#holders = new BodyHolders(ring, levels.control);
    this.#sweepParts = { chunks: this.#chunks, holders: this.#holders, trustedClock, random };
  }

  async write(id: TimeUuid, stream: AsyncIterable<Uint8Array>, budget: Budget): Promise<LargeBody> {
    assertStorable(id, this.#trustedClock.nowMs());
    const micros = this.#stamps.writeMicros(id);
    let count = 0;
    let sizeBytes = 0;
    try {
      await sideBySide(this.#chunksOf(id, stream, budget), CHUNKS_AT_ONCE, (chunk) => {
        count = chunk.n + 1;
        sizeBytes += chunk.bytes.length;
        return this.#chunks.write(chunk, micros, budget);
      });
    } catch (error) {
      const cleanUp = Budget.of(this.#clock, CLEAN_UP_MS); // the call's own is often what has run out
      await this.#removeChunks(id, count, this.#stamps.undoMicros(id), cleanUp);
      throw error;
    }
    return { kind: 'large', id, sizeBytes };
  }

  async hold(body: LargeBody, holders: readonly Holder[], budget: Budget): Promise<HeldBody> {
    if (holders.length === 0) throw new RangeError(`nobody is to hold the body ${body.id}`);
    assertStorable(body.id, this.#trustedClock.nowMs());
    await this.#holders.add(body, holders, this.#stamps.writeMicros(body.id), budget);
    return { ...body } as HeldBody; // the one place where this is true by now
  }

  async *read(body: HeldBody, budget: Budget): AsyncGenerator<Uint8Array, void, undefined> {
    yield* readAhead(numbersBelow(chunkCountOf(body)), CHUNKS_AT_ONCE, (n) =>
      this.#chunks.read(body.id, n, budget),
    );
  }

  async release(body: HeldBody, holders: readonly Holder[], budget: Budget): Promise<void> {
    const micros = removalMicros(body.id, this.#clock.wallMs());
    await this.#holders.drop(body, holders, micros, budget);
    await this.#orLeaveForSweep(body.id, async () => {
      if (!(await this.#holders.isHeld(body.id, budget)))
        await this.#chunks.drop(body.id, chunkCountOf(body), micros, budget);
    });
  }

  /** Holders first: those of a hold that ended uncertain would keep the chunks for ever. */
  async discard(body: LargeBody, budget: Budget): Promise<void> {
    const micros = removalMicros(body.id, this.#clock.wallMs());
    await this.#holders.dropAll(body, micros, budget);
    await this.#removeChunks(body.id, chunkCountOf(body), micros, budget);
  }

  sweep(budget: Budget): Promise<SweepReport> {
    return new BodySweep(this.#sweepParts, budget).run();
  }

  async *#chunksOf(
    body: TimeUuid,
    stream: AsyncIterable<Uint8Array>,
    budget: Budget,
  ): AsyncGenerator<Chunk, void, undefined> {
    let n = 0;
    const pieces = timelyStream(stream, budget, this.#timers);
    for await (const bytes of rechunk(pieces, CHUNK_BYTES)) yield { body, n: n++, bytes };
  }

  async #removeChunks(id: TimeUuid, count: number, micros: number, budget: Budget): Promise<void> {
    await this.#orLeaveForSweep(id, () => this.#chunks.drop(id, count, micros, budget));
  }

  async #orLeaveForSweep(id: TimeUuid, removal: () => Promise<void>): Promise<void> {
    try {
      await removal();
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      this.#log.write('body.kept-for-sweep', { body: id, reason: error.code });
    }
  }
}

function* numbersBelow(end: number): Generator<number> {
  for (let n = 0; n < end; n += 1) yield n;
}
