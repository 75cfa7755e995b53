// Large bodies on the ring: chunks first, then all holders in one mutation; on the way out holders first, then, once no
// replica knows of any, the chunks. What cannot be removed now is left for the sweep and said in the log: a chunk too
// many is no harm, one too few is lost mail.
import type { Budget } from '../../base/budget.js';
import type { Clock, Timers } from '../../base/clock.js';
import { Failure } from '../../base/failure.js';
import type { Log } from '../../base/log.js';
import { rechunk } from '../../base/rechunk.js';
import { readAhead, sideBySide } from '../../base/side-by-side.js';
import { timelyStream } from '../../base/timely-stream.js';
import { timeOfIdMs, type TimeUuid } from '../../base/time-uuid.js';
import type { BodyStore } from '../api/bodies.js';
import { assertStorable } from '../api/id-age.js';
import {
  CHUNK_BYTES,
  FUTURE_ID_MS,
  OLDEST_ID_MS,
  type HeldBody,
  type Holder,
  type LargeBody,
} from '../types.js';
import { BodyChunks, chunkCountOf, type Chunk, type Segment } from './body-chunks.js';
import { BodyHolders } from './body-holders.js';
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
  readonly log: Log;
}

/** Of one body: half a mebibyte in memory keeps the ring busy. */
const CHUNKS_AT_ONCE = 4;
const SEGMENTS_AT_ONCE = 8;
/** Nobody may hold a body over a day old for the first time; two clocks may differ a little about that. */
const SWEPT_AFTER_MS = OLDEST_ID_MS + 2 * FUTURE_ID_MS;

export class CassandraBodies implements BodyStore {
  readonly #clock: Clock;
  readonly #trustedClock: TrustedClock;
  readonly #timers: Timers;
  readonly #log: Log;
  readonly #chunks: BodyChunks;
  readonly #holders: BodyHolders;
  readonly #stamps = new WriteStamps();

  constructor({ ring, levels, clock, trustedClock, timers, log }: BodiesOptions) {
    this.#clock = clock;
    this.#trustedClock = trustedClock;
    this.#timers = timers;
    this.#log = log;
    this.#chunks = new BodyChunks(ring, levels);
    this.#holders = new BodyHolders(ring, levels.control);
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
      await this.#removeChunks(id, count, this.#stamps.undoMicros(id), budget);
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

  async discard(body: LargeBody, budget: Budget): Promise<void> {
    budget.assertRemains('discard a message body');
    await this.#removeChunks(
      body.id,
      chunkCountOf(body),
      removalMicros(body.id, this.#clock.wallMs()),
      budget,
    );
  }

  async sweep(budget: Budget): Promise<number> {
    const swept = new Set<TimeUuid>();
    await sideBySide(this.#oldSegments(budget), SEGMENTS_AT_ONCE, async (segment) => {
      if (await this.#holders.isHeld(segment.body, budget)) return;
      const micros = removalMicros(segment.body, this.#clock.wallMs());
      await this.#chunks.dropSegment(segment, micros, budget);
      swept.add(segment.body);
    });
    return swept.size;
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

  async *#oldSegments(budget: Budget): AsyncGenerator<Segment, void, undefined> {
    const before = this.#trustedClock.nowMs() - SWEPT_AFTER_MS;
    for await (const segment of this.#chunks.allSegments(budget)) {
      if (timeOfIdMs(segment.body) < before) yield segment;
    }
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
